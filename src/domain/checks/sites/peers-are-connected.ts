import type { SiteObservation } from '../../observation.js';
import { defineCheck, found } from '../check.js';
import { bothSites } from '../facts.js';

function membershipFaults({ site, membership }: SiteObservation, peer: string): readonly string[] {
  if (membership === null) return [`${site} has no GlobalClusterMembership: it is not configured for DR.`];
  const faults: string[] = [];
  if (membership.localCluster !== site) faults.push(`${site}: its GlobalClusterMembership calls this cluster ${membership.localCluster}; site ids must be the clusterIDs.`);
  if (membership.phase !== 'RUNNING') faults.push(`${site}: the GlobalClusterMembership is ${membership.phase || 'without phase'}, not RUNNING.`);
  if (!membership.members.includes(peer)) faults.push(`${site}: ${peer} is not a member of its GlobalClusterMembership.`);
  else if (membership.links[peer] !== 'CONNECTED') faults.push(`${site}: the peer link to ${peer} is ${membership.links[peer] ?? 'UNKNOWN'}, not CONNECTED.`);
  return faults;
}

/** Guide: peers are connected and DR is configured when a migration starts. */
export const peersAreConnected = defineCheck({
  name: 'peers-are-connected',
  asks: 'The peers are connected and DR is configured',
  fix: 'Mend the GlobalClusterMembership or the peer link; kubectl get gcm shows both.',
  find: (facts) => bothSites(facts).flatMap((o) => membershipFaults(o, o.site === facts.source.site ? facts.target.site : facts.source.site).map((says) => found(o, says))),
});
