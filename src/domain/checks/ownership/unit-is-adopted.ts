import { defineCheck, found } from '../check.js';
import { members, type WayBackFacts } from '../facts.js';

export const unitIsAdopted = defineCheck<WayBackFacts>({
  name: 'unit-is-adopted',
  asks: 'Every site has an ownership record',
  fix: 'Run: changeover adopt UNIT',
  find: (facts) => {
    const { name } = facts.request.unit;
    const { holder } = facts;
    // Adopting brings nothing back that a run holds; what does is said where the run is held.
    const fix = holder === null ? null : 'Someone removed it; the line that puts it back is shown where the run is held.';
    return members(facts).flatMap((o) => (o.ownership === null ? [found(o, `${o.site} has no ownership record for ${name}${holder === null ? '' : `, though run ${holder} holds it`}.`, fix)] : []));
  },
});
