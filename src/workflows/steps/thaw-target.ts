import { defineStep } from '../step.js';

/** CronJobs and autoscalers live at the target as they were at the source; the schedule runs there. */
export const thawTarget = defineStep({
  name: 'thaw-target',
  title: 'Thawing CronJobs and autoscalers at the target',
  do: ({ at, target }) => at(target).ensureThawed(),
  skipping: 'CronJobs and autoscalers stay suspended at the target.',
  note: (thawed: readonly string[]) => thawed.join(', ') || 'nothing to thaw',
});
