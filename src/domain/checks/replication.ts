import type { Check } from './facts.js';

export const dataReplicationAgrees: Check = ({ source, target }) =>
  [source, target].flatMap((o) => {
    const pointer = o.plan?.dataReplicationPointer ?? null;
    if (pointer === null) return [];
    const dr = o.dataReplication;
    if (dr === null) return [`${o.site}: DataReplication ${pointer} does not exist.`];
    const reasons: string[] = [];
    if (dr.specPrimary !== source.site) reasons.push(`${o.site}: DataReplication ${pointer} says spec.currentPrimary is ${dr.specPrimary}, not ${source.site}.`);
    if (dr.statusPrimary !== null && dr.statusPrimary !== dr.specPrimary) reasons.push(`${o.site}: DataReplication ${pointer} is changing from ${dr.statusPrimary} to ${dr.specPrimary}.`);
    if (dr.force) reasons.push(`${o.site}: DataReplication ${pointer} has force set.`);
    if (dr.configErrors !== '') reasons.push(`${o.site}: DataReplication ${pointer} reports configuration errors: ${dr.configErrors}`);
    if (o.plan !== null && dr.namespace !== o.plan.namespace) reasons.push(`${o.site}: DataReplication ${pointer} replicates namespace ${dr.namespace}, the plan moves ${o.plan.namespace}.`);
    return reasons;
  });

export const rolesAreAsRecorded: Check = ({ source, target }) => {
  if (source.plan?.dataReplicationPointer == null) return [];
  const reasons: string[] = [];
  if (source.replication?.role !== 'primary') reasons.push(`The volume group is ${source.replication?.role ?? 'unreadable'} on ${source.site}, not primary.`);
  if (target.replication?.role !== 'secondary') reasons.push(`The volume group is ${target.replication?.role ?? 'unreadable'} on ${target.site}, not secondary.`);
  return reasons;
};

/** VVR: migrate needs all Secondaries up to date and all attached RLINKs connected. A backlog may drain later; a broken link may not. */
export const everyLinkIsReady: Check = ({ source }) => {
  const view = source.replication;
  if (view === null || source.plan?.dataReplicationPointer == null) return [];
  const reasons = view.configErrors.map((e) => `Replication on ${source.site} reports a configuration error: ${e}`);
  if (view.secondaries.length === 0) reasons.push(`Volume group ${view.rvg} has no Secondary.`);
  for (const s of view.secondaries) {
    if (!s.replicationStatus.startsWith('replicating (connected)')) reasons.push(`Secondary ${s.host}: replication is "${s.replicationStatus}", not replicating (connected).`);
    if (!s.dataStatus.startsWith('consistent')) reasons.push(`Secondary ${s.host}: its data is "${s.dataStatus}", not consistent.`);
    if (!s.loggingTo.startsWith('SRL')) reasons.push(`Secondary ${s.host}: logging to "${s.loggingTo}", not to the SRL.`);
  }
  return reasons;
};

export const noRoleCommandIsAlive: Check = ({ source, target }) =>
  [source, target].flatMap((o) => ((o.replication?.liveCommands ?? 0) > 0 ? [`A role command is at work on ${o.site}; wait until it has ended.`] : []));
