import type { SiteObservation } from './observation.js';

export interface Adoption {
  readonly unit: string;
  readonly writer: string;
  readonly members: readonly string[];
  readonly epoch: number;
}

export type Found =
  | { readonly kind: 'agreed'; readonly writer: string; readonly members: readonly string[]; readonly epoch: number; readonly clusterUids: Readonly<Record<string, string>> }
  | { readonly kind: 'refused'; readonly reasons: readonly string[] };

/**
 * Where the application runs, the replication roles and the plan must name one site; otherwise every disagreement is said.
 * Ownership is made once by this and afterwards only changed by runs.
 */
export function disagreements(seen: readonly SiteObservation[]): Found {
  const members = seen.filter((o) => o.plan !== null);
  const reasons: string[] = seen.flatMap((o) => [...o.unknowns.map((u) => `On ${o.site}: ${u}`), ...o.foreignManagers.map((m) => `${o.site}: InfoScale's own DR manager is here (${m}).`)]);
  if (members.length < 2) reasons.push(`The DisasterRecoveryPlan was found on ${members.length === 0 ? 'no site' : `${members[0]?.site} only`}; it must stand on every member.`);
  const uids = new Map<string, string>();
  for (const o of seen) {
    const twin = uids.get(o.clusterUid);
    if (twin !== undefined) reasons.push(`${twin} and ${o.site} are the same cluster (kube-system UID ${o.clusterUid}).`);
    uids.set(o.clusterUid, o.site);
  }
  const running = members.filter((o) => o.application.workloads.some((w) => w.ready > 0)).map((o) => o.site);
  const primaries = members.filter((o) => o.replication?.role === 'primary').map((o) => o.site);
  const stateful = members.some((o) => o.plan?.dataReplicationPointer != null);
  const proposed = [...new Set(members.map((o) => o.plan?.specPrimary ?? ''))];
  const recorded = [...new Set(members.flatMap((o) => (o.plan?.statusPrimary ? [o.plan.statusPrimary] : [])))];
  if (running.length !== 1) reasons.push(running.length === 0 ? 'The application runs on no site.' : `The application runs on ${running.join(' and ')}.`);
  if (stateful && primaries.length !== 1) reasons.push(primaries.length === 0 ? 'No site is Primary.' : `${primaries.join(' and ')} are both Primary.`);
  if (proposed.length > 1) reasons.push(`spec.primaryCluster differs between the sites: ${proposed.join(', ')}.`);
  const [writer] = running;
  if (writer !== undefined && running.length === 1) {
    if (stateful && primaries.length === 1 && primaries[0] !== writer) reasons.push(`The application runs on ${writer}, but ${primaries[0]} is Primary.`);
    if (proposed.length === 1 && proposed[0] !== writer) reasons.push(`The application runs on ${writer}, but spec.primaryCluster is ${proposed[0]}.`);
    if (recorded.some((r) => r !== writer)) reasons.push(`The application runs on ${writer}, but status.primaryCluster is ${recorded.join(', ')}.`);
    for (const o of members) {
      if (o.ownership !== null && (o.ownership.writer !== writer || o.ownership.run !== null)) reasons.push(`${o.site} has an ownership record already: writer ${o.ownership.writer ?? 'nobody'}, run ${o.ownership.run ?? 'none'}.`);
    }
  }
  if (reasons.length > 0 || writer === undefined) return { kind: 'refused', reasons };
  const epoch = Math.max(1, ...members.map((o) => o.ownership?.epoch ?? 0));
  return { kind: 'agreed', writer, members: members.map((o) => o.site), epoch, clusterUids: Object.fromEntries(members.map((o) => [o.site, o.clusterUid])) };
}
