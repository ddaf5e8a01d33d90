import { defineStep } from '../step.js';

/** The run goes on as another procedure, in the next epoch: no call of the old one can act any more, and the lock was never free. */
export const reclaim = defineStep({
  name: 'reclaim',
  title: 'Holding the unit for the new direction',
  async do({ at, plan }) {
    for (const site of plan.members) await at(site).ensureReclaimed();
  },
});
