import { defineCheck, found } from '../check.js';

/** A plan with names is never moved without them. */
export const namesWereObserved = defineCheck({
  name: 'names-were-observed',
  asks: 'The names were observed',
  fix: 'Configure the zone, its name servers and its TSIG key for the site workers.',
  find: ({ source, target, names }) =>
    names === null && (source.plan?.dnsPointer != null || target.plan?.dnsPointer != null) ? [found(null, `The plan has DNS records (${source.plan?.dnsPointer ?? target.plan?.dnsPointer}), but they could not be observed.`)] : [],
});
