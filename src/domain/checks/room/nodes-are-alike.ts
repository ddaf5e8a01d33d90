import { otherArchitectures } from '../../architectures.js';
import { defineCheck, found } from '../check.js';

/** Where the target has both, chance decides. */
export const nodesAreAlike = defineCheck({
  name: 'nodes-are-alike',
  asks: 'Every node of the target that may run the pods has their architecture',
  severity: 'warn',
  fix: 'Give the pod template a nodeSelector for kubernetes.io/arch, unless every image is made for both.',
  find: ({ source, target }) =>
    source.application.demand === undefined || target.room == null
      ? []
      : otherArchitectures(source.application.demand, target.room).flatMap(({ workload, runsOn, others, all }) => (all ? [] : [found(target, `The pods of ${workload} run on ${runsOn.join(' and ')} at ${source.site}, and ${target.site} may put them on ${others.join(' or ')} as well.`)])),
});
