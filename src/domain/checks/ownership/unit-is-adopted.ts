import { defineCheck, found } from '../check.js';
import { members, type WayBackFacts } from '../facts.js';

export const unitIsAdopted = defineCheck<WayBackFacts>({
  name: 'unit-is-adopted',
  asks: 'Every site has an ownership record',
  fix: 'Run: changeover adopt UNIT',
  find: (facts) => {
    const { name } = facts.request.unit;
    return members(facts).flatMap((o) => (o.ownership === null ? [found(o, `${o.site} has no ownership record for ${name}.`)] : []));
  },
});
