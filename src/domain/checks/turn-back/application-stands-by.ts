import { defineCheck, found } from '../check.js';
import type { WayBackFacts } from '../facts.js';

/** The objects that the application had at the site it returns to: they stand, stopped and fenced, and nothing of them was taken away. */
export const applicationStandsBy = defineCheck<WayBackFacts>({
  name: 'application-stands-by',
  asks: 'The application stands, stopped and fenced, where it returns to',
  fix: 'Turning back is not safe by itself any more; carry the run forward, or restore what is missing.',
  find: ({ target }) => {
    const { application, fence, site } = target;
    if (!application.namespaceExists || application.namespaceTerminating) return [found(target, `The application's namespace does not stand on ${site} any more.`)];
    return [
      ...(application.workloads.some((w) => w.treatment === 'scale' || w.treatment === 'park') ? [] : [found(target, `No workload of the application stands on ${site} any more.`)]),
      ...application.claims.filter((c) => c.phase !== 'Bound').map((c) => found(target, `Claim ${c.name} on ${site} is ${c.phase}, not Bound.`)),
      ...(fence.on ? [] : [found(target, `The fence on ${site} is not on: what stands there may have run.`)]),
    ];
  },
});
