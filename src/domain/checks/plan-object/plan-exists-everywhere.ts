import { defineCheck, found } from '../check.js';
import { bothSites } from '../facts.js';

export const planExistsEverywhere = defineCheck({
  name: 'plan-exists-everywhere',
  asks: 'The DR plan stands on both sites',
  fix: 'Apply the DisasterRecoveryPlan there, the same as on the source.',
  find: (facts) =>
    bothSites(facts).flatMap((o) => {
      if (o.plan === null) return [found(o, `${o.site} has no DisasterRecoveryPlan ${facts.request.unit.namespace}/${facts.request.unit.name}.`)];
      return o.plan.terminating ? [found(o, `${o.site}: the DisasterRecoveryPlan is being deleted.`)] : [];
    }),
});
