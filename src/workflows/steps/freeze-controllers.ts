import { defineStep } from '../step.js';

/** Nothing will start or change the application by itself while it moves: originals are written on the objects, once. */
export const freezeControllers = defineStep({
  name: 'freeze-controllers',
  title: 'Freezing CronJobs and autoscalers at the source',
  do: ({ at, source }) => at(source).ensureFrozen(),
  async undo({ at, source }) {
    const said = await at(source).ensureThawed();
    return said.length === 0 ? 'nothing was frozen' : `given back: ${said.join('; ')}`;
  },
  undoing: ({ source }) => `CronJobs and autoscalers on ${source} are woken again`,
  /** What keeps the source from acting stays until it may act. */
  undoAfter: ['offline-source'],
  note: (frozen) => frozen.join(', ') || 'nothing to freeze',
});
