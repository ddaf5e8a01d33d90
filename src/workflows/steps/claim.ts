import { leftOr } from '../left.js';
import { sideBySide } from '../side-by-side.js';
import { defineStep } from '../step.js';

/**
 * Hold the unit: ownership goes from one equal value to the next epoch by compare-and-swap, source first, then target;
 * the plan on every member proposes the target, with the run's id beside it.
 */
export const claim = defineStep({
  name: 'claim',
  title: 'Claiming the unit on both sites',
  async do({ at, plan }) {
    for (const site of plan.members) await at(site).ensureClaimed();
  },
  async undo({ at, plan }) {
    const left = (await sideBySide(...plan.members.map((site) => () => at(site).ensureReleased()))).flat();
    return leftOr('the records are free', left);
  },
  undoing: () => 'the records of ownership are freed',
  /** It gives the lock back. */
  undoAfter: 'all',
  note: () => 'both ownership records carry the new epoch',
});
