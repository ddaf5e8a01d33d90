import { defineStep } from '../step.js';

/** The plan's probes answer at the target. */
export const verifyService = defineStep({
  name: 'verify-service',
  title: 'Asking the application at the target',
  do: ({ at, target }) => at(target).verifyService(),
  skipping: 'The run does not know whether the application answers.',
  note: (lines: readonly string[]) => lines.join('; ') || 'no probes in the plan',
});
