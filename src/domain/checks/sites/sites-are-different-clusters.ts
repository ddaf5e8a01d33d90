import { defineCheck, found } from '../check.js';
import type { WayBackFacts } from '../facts.js';

export const sitesAreDifferentClusters = defineCheck<WayBackFacts>({
  name: 'sites-are-different-clusters',
  asks: 'Source and target are two clusters',
  fix: 'Correct one of the two kubeconfigs in the configuration.',
  find: ({ source, target }) =>
    source.clusterUid === target.clusterUid ? [found(target, `${source.site} and ${target.site} are the same cluster (kube-system UID ${source.clusterUid}): two kubeconfigs lead to one place.`)] : [],
});
