import { contradictions } from '../../limits-set.js';
import { defineCheck, found } from '../check.js';
import { bothSites, limitsOf } from '../facts.js';

/** A limit that nobody understands is no limit; the faults of a site's configuration are found when its worker starts. */
export const limitsAreSound = defineCheck({
  name: 'limits-are-sound',
  asks: 'The limits that the plan and the sites set go together',
  fix: 'Correct the annotation changeover.io/limits of the plan, or the limits of the site in its worker\'s configuration (docs/limits.md).',
  find: (facts) => [
    ...(facts.source.plan?.limits?.faults ?? []).map((fault) => found(facts.source, `On ${facts.source.site}: ${fault}`)),
    ...contradictions(facts.request.options, limitsOf(facts), bothSites(facts).map(({ site }) => site)).map((fault) => found(null, fault)),
  ],
});
