import { bothSites, members, type Check } from './facts.js';

/** Unknown is a no. */
export const everythingCouldBeRead: Check = (facts) =>
  [...bothSites(facts), ...facts.others].flatMap((o) => o.unknowns.map((u) => `On ${o.site}: ${u}`)).concat(facts.names?.observed.unknowns ?? []);

export const sitesAreDifferentClusters: Check = ({ source, target }) =>
  source.clusterUid === target.clusterUid
    ? [`${source.site} and ${target.site} are the same cluster (kube-system UID ${source.clusterUid}): two kubeconfigs lead to one place. Correct one of them.`]
    : [];

export const sitesAreThePinnedOnes: Check = (facts) =>
  members(facts).flatMap((o) =>
    o.ownership !== null && o.ownership.clusterUid !== o.clusterUid
      ? [`${o.site} is pinned to the cluster with kube-system UID ${o.ownership.clusterUid}, but its kubeconfig reaches ${o.clusterUid}. The kubeconfigs are swapped or the cluster was rebuilt.`]
      : [],
  );

export const peersAreConnected: Check = (facts) =>
  bothSites(facts).flatMap((o) => {
    const { membership } = o;
    if (membership === null) return [`${o.site} has no GlobalClusterMembership: it is not configured for DR.`];
    const reasons: string[] = [];
    if (membership.localCluster !== o.site) reasons.push(`${o.site}: its GlobalClusterMembership calls this cluster ${membership.localCluster}; site ids must be the clusterIDs.`);
    if (membership.phase !== 'RUNNING') reasons.push(`${o.site}: the GlobalClusterMembership is ${membership.phase || 'without phase'}, not RUNNING.`);
    const peer = o.site === facts.source.site ? facts.target.site : facts.source.site;
    if (!membership.members.includes(peer)) reasons.push(`${o.site}: ${peer} is not a member of its GlobalClusterMembership.`);
    else if (membership.links[peer] !== 'CONNECTED') reasons.push(`${o.site}: the peer link to ${peer} is ${membership.links[peer] ?? 'UNKNOWN'}, not CONNECTED.`);
    return reasons;
  });

/** Law 13: never two masters. */
export const nobodyElseManagesDr: Check = (facts) =>
  bothSites(facts).flatMap((o) => o.foreignManagers.map((name) => `${o.site}: InfoScale's own DR manager is here (${name}); it would act on the same objects. Nothing is ever written beside it: stop it first.`));

export const rightsAreComplete: Check = (facts) => bothSites(facts).flatMap((o) => o.missingRights.map((right) => `${o.site}: the product's account may not ${right}.`));

export const fenceCanBeBuilt: Check = (facts) =>
  bothSites(facts).flatMap((o) => (o.fence.supported ? [] : [`${o.site} (Kubernetes ${o.kubernetesVersion}) does not serve ValidatingAdmissionPolicy v1: the source cannot be fenced.`]));
