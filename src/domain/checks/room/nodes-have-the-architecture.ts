import { otherArchitectures } from '../../architectures.js';
import { defineCheck, found } from '../check.js';

/** An image for another processor begins and ends at once with "exec format error", after the line. Images may be made for both, which cannot be seen from here. */
export const nodesHaveTheArchitecture = defineCheck({
  name: 'nodes-have-the-architecture',
  asks: 'The target has nodes of the architecture that the pods run on',
  fix: 'Add nodes of that architecture, or see that every image is made for both (docker manifest inspect).',
  overriding: 'the images are made for the architecture of the target as well; else no pod starts there',
  find: ({ source, target }) =>
    source.application.demand === undefined || target.room == null
      ? []
      : otherArchitectures(source.application.demand, target.room).flatMap(({ workload, runsOn, others, all }) => (all ? [found(target, `The pods of ${workload} run on ${runsOn.join(' and ')} at ${source.site}, and every node of ${target.site} that may run them is ${others.join(' or ')}.`)] : [])),
});
