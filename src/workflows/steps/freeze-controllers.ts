import { defineStep } from '../step.js';

/** Nothing will start or change the application by itself while it moves: originals are written on the objects, once. */
export const freezeControllers = defineStep({
  name: 'freeze-controllers',
  title: 'Freezing CronJobs and autoscalers at the source',
  do: ({ at, source }) => at(source).ensureFrozen(),
  async undo({ at, source }) {
    await at(source).ensureThawed();
  },
  note: (frozen) => frozen.join(', ') || 'nothing to freeze',
});
