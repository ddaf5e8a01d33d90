import { defineCheck, found } from '../check.js';

export const targetIsPreferred = defineCheck({
  name: 'target-is-preferred',
  asks: 'The plan prefers the target',
  fix: 'Choose a preferred site, or add this one to preferredClusterList.',
  overriding: 'the application runs at a site that its plan does not prefer',
  find: ({ source, target }) =>
    source.plan === null || source.plan.preferred.length === 0 || source.plan.preferred.includes(target.site) ? [] : [found(source, `${target.site} is not in preferredClusterList (${source.plan.preferred.join(', ')}).`)],
});
