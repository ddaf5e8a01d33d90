import { defineCheck, found } from '../check.js';

export const dnsObjectsExist = defineCheck({
  name: 'dns-objects-exist',
  asks: 'The DNS objects exist',
  fix: 'Create it, or take dnsPointer out of the plan on both sites.',
  find: ({ source, target }) => [source, target].flatMap((o) => (o.plan?.dnsPointer != null && o.dns === null ? [found(o, `${o.site}: DNS ${o.plan.dnsPointer} does not exist.`)] : [])),
});
