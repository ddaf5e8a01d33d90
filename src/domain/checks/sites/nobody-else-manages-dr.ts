import { defineCheck, found } from '../check.js';
import { bothSites, type WayBackFacts } from '../facts.js';

/** Law 13: never two masters. */
export const nobodyElseManagesDr = defineCheck<WayBackFacts>({
  name: 'nobody-else-manages-dr',
  asks: 'InfoScale\'s own DR manager is not at work',
  fix: 'Stop it first (scale its Deployment to 0 and remove its webhooks): nothing is ever written beside it.',
  find: (facts) => bothSites(facts).flatMap((o) => o.foreignManagers.map((name) => found(o, `${o.site}: InfoScale's own DR manager is here (${name}); it would act on the same objects.`))),
});
