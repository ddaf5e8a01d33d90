import { sideBySide } from '../side-by-side.js';
import { defineStep } from '../step.js';

/** The run goes on as another procedure, in the next epoch: no call of the old one can act any more, and the lock was never free. */
export const reclaim = defineStep({
  name: 'reclaim',
  title: 'Holding the unit for the new direction',
  /** Side by side: the run holds every member already, and nobody is served meanwhile. */
  async do({ at, plan }) {
    await sideBySide(...plan.members.map((site) => () => at(site).ensureReclaimed()));
  },
});
