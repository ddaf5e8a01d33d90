import { defineStep } from '../step.js';

/** The records carry their own TTL again. */
export const restoreTtl = defineStep({
  name: 'restore-ttl',
  title: 'Giving the records their TTL back',
  async do({ at, plan, target }) {
    if (plan.names !== null) await at(target).ensureTtl({ ttlSeconds: 'original' });
  },
  skipping: 'The records keep the short TTL.',
});
