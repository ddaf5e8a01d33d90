import { defineCheck, found } from '../check.js';
import { bothSites } from '../facts.js';

export const nobodyElseSetsThePrimary = defineCheck({
  name: 'nobody-else-sets-the-primary',
  asks: 'Nobody else sets spec.primaryCluster',
  fix: 'Exclude the field from what that tool manages first.',
  find: (facts) => bothSites(facts).flatMap((o) => (o.plan?.managedBy ?? []).map((who) => found(o, `${o.site}: ${who} manages spec.primaryCluster of the plan and would set it back.`))),
});
