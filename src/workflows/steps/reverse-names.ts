import { defineStep } from '../step.js';

/** PTR records follow the forward ones. */
export const reverseNames = defineStep({
  name: 'reverse-names',
  title: 'Moving the reverse names',
  do: ({ at, target }) => at(target).ensureReverseNames(),
  skipping: 'PTR records still name the source\'s address.',
  note: (lines: readonly string[]) => lines.join('; ') || 'none',
});
