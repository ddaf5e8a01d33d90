import { defineCheck, found } from '../check.js';
import { members, type WayBackFacts } from '../facts.js';

export const unitIsFree = defineCheck<WayBackFacts>({
  name: 'unit-is-free',
  asks: 'No other run holds the application',
  fix: 'One run at a time; if its workflow is gone: changeover recover UNIT',
  find: (facts) =>
    members(facts).flatMap((o) =>
      o.ownership === null || o.ownership.run === null || o.ownership.run === facts.holder ? [] : [found(o, `${o.site}: run ${o.ownership.run} holds ${facts.request.unit.name}.`)],
    ),
});
