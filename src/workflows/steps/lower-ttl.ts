import { sleep } from '@temporalio/workflow';
import { leftOr } from '../left.js';
import { defineStep } from '../step.js';

/** The records carry the short TTL, and no obedient cache can still hold the old one. */
export const lowerTtl = defineStep({
  name: 'lower-ttl',
  title: 'Lowering the TTL of the records and waiting until caches have forgotten the old one',
  async do({ at, plan, target }) {
    if (plan.names === null) return 'no DNS';
    const { options } = plan.request;
    await at(target).ensureTtl({ ttlSeconds: options.shortTtlSeconds });
    // Every authoritative server shows the short TTL by now: a cache filled before forgets within the old TTL (RFC 1035 §3.2.1).
    if (!options.waitForTtl) return `not waited: caches may hold the old TTL for ${plan.names.originalTtlSeconds} s (decided at the start)`;
    await sleep(plan.names.originalTtlSeconds * 1000, { summary: 'until no obedient cache holds the old TTL' });
    return `TTL ${options.shortTtlSeconds} s, caches have forgotten ${plan.names.originalTtlSeconds} s`;
  },
  async undo({ at, plan, target }) {
    if (plan.names === null) return 'no DNS';
    return leftOr('the records carry their own TTL', await at(target).ensureTtl({ ttlSeconds: 'original' }));
  },
  undoing: () => 'the records get their own TTL back',
  /** While it is open which site will serve, the names stay quick to move. */
  undoAfter: ['offline-source'],
  note: (said) => said,
});
