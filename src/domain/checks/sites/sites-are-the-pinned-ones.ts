import { defineCheck, found } from '../check.js';
import { members, type WayBackFacts } from '../facts.js';

export const sitesAreThePinnedOnes = defineCheck<WayBackFacts>({
  name: 'sites-are-the-pinned-ones',
  asks: 'Each site is the cluster that was adopted',
  fix: 'Correct the kubeconfigs; if the cluster was really rebuilt, adopt the application anew.',
  find: (facts) =>
    members(facts).flatMap((o) =>
      o.ownership !== null && o.ownership.clusterUid !== o.clusterUid
        ? [found(o, `${o.site} is pinned to the cluster with kube-system UID ${o.ownership.clusterUid}, but its kubeconfig reaches ${o.clusterUid}. The kubeconfigs are swapped or the cluster was rebuilt.`)]
        : [],
    ),
});
