import { leftOr } from '../left.js';
import { defineStep } from '../step.js';

/** The records carry their own TTL again. */
export const restoreTtl = defineStep({
  name: 'restore-ttl',
  title: 'Giving the records their TTL back',
  async do({ at, plan, target }) {
    if (plan.names === null) return 'no DNS';
    return leftOr('the records carry their own TTL', await at(target).ensureTtl({ ttlSeconds: 'original' }));
  },
  note: (said) => said,
  skipping: 'The records keep the short TTL.',
});
