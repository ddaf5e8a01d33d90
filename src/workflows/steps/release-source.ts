import { defineStep } from '../step.js';

/** The source stands by: at zero, fenced, volumes Retain, ready for the way back. PVs and PVCs are never deleted. */
export const releaseSource = defineStep({
  name: 'release-source',
  title: 'Leaving the source standing by',
  do: ({ at, source }) => at(source).ensureSourceReleased(),
  skipping: 'The source\'s objects stay as they are; they are fenced as far as that could be done.',
  note: (stopped: readonly string[]) => stopped.join(', '),
});
