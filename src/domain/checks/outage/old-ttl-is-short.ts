import { defineCheck, found } from '../check.js';

/** Seconds; a longer wait than this surprises whoever started the run for now. */
const SURPRISING = 300;

/** RFC 1035 §3.2.1: an obedient cache keeps a record for the TTL it was given, so lowering it takes effect after the old one. */
export const oldTtlIsShort = defineCheck({
  name: 'old-ttl-is-short',
  asks: 'The TTL of the records is short',
  severity: 'warn',
  fix: 'Lower the TTL in good time before the migration.',
  find: ({ names, request }) => {
    const ttl = names?.plan.originalTtlSeconds ?? 0;
    if (ttl <= SURPRISING) return [];
    const effect = request.options.waitForTtl ? `the outage begins ${ttl} s after the start of the run at the earliest` : `clients may be led to the old address for up to ${ttl} s after the outage`;
    return [found(null, `The records have a TTL of ${ttl} s: ${effect}.`)];
  },
});
