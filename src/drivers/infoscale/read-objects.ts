import type { DataReplicationObject, DnsObject, Membership, PlanObject } from '../../domain/observation.js';
import { parseLimits } from '../../domain/limit-table.js';
import { mark } from '../../domain/names.js';
import { parseMeasured } from '../../domain/outage-times.js';
import type { RawObject } from '../../ports/objects.js';
import { fieldsOf, textMap, textOr, textsOf } from './fields.js';
import { managersOf } from './managed-by.js';

/** The documented default of `DNS.spec.ttl`, seconds. */
const DEFAULT_TTL_SECONDS = 86_400;

/** A `GlobalClusterMembership` reduced to what decides. */
export function readMembership(object: RawObject): Membership {
  const spec = fieldsOf(object['spec']);
  const status = fieldsOf(object['status']);
  const members = Array.isArray(spec['globalMemberClusters']) ? spec['globalMemberClusters'] : [];
  return {
    localCluster: textOr(spec['localClusterName'], ''),
    members: members.map((member) => textOr(fieldsOf(member)['clusterID'], '')).filter((id) => id !== ''),
    phase: textOr(status['phase'], 'UNKNOWN'),
    links: textMap(status['peerClusterLinkState']),
  };
}

/** A `DisasterRecoveryPlan` reduced to what decides. */
export function readPlan(object: RawObject): PlanObject {
  const spec = fieldsOf(object['spec']);
  const selector = fieldsOf(spec['selector']);
  const limits = object.metadata.annotations?.[mark.limits];
  return {
    uid: textOr(object.metadata['uid'], ''),
    generation: Number(object.metadata['generation'] ?? 0),
    specPrimary: textOr(spec['primaryCluster'], ''),
    statusPrimary: textOr(fieldsOf(object['status'])['primaryCluster'], null),
    force: spec['force'] === true,
    preferred: textsOf(spec['preferredClusterList']),
    namespace: textOr(selector['namespace'], ''),
    labels: textsOf(selector['labels']),
    dataReplicationPointer: textOr(spec['dataReplicationPointer'], null),
    dnsPointer: textOr(spec['dnsPointer'], null),
    managedBy: managersOf(object),
    proposedBy: object.metadata.annotations?.[mark.proposedBy] ?? null,
    measured: parseMeasured(object.metadata.annotations?.[mark.measured] ?? ''),
    ...(limits === undefined ? {} : { limits: parseLimits(limits) }),
    terminating: object.metadata['deletionTimestamp'] !== undefined,
  };
}

/** A `DataReplication` reduced to what decides; RVG and disk group are in its status once InfoScale has filled it. */
export function readDataReplication(object: RawObject): DataReplicationObject {
  const spec = fieldsOf(object['spec']);
  const status = fieldsOf(object['status']);
  const selector = fieldsOf(spec['selector']);
  const primary = fieldsOf(status['primaryStatus']);
  return {
    name: object.metadata.name,
    specPrimary: textOr(spec['currentPrimary'], ''),
    statusPrimary: textOr(status['currentPrimary'], null),
    namespace: textOr(selector['namespace'], ''),
    labels: textsOf(selector['labels']),
    force: spec['force'] === true,
    configErrors: textOr(status['replicationConfigErrors'], ''),
    rvg: textOr(primary['rvgName'], null),
    diskGroup: textOr(primary['dgName'], null),
  };
}

/** A `DNS` reduced to what decides; keys and values of the records are left exactly as written. */
export function readDns(object: RawObject): DnsObject {
  const spec = fieldsOf(object['spec']);
  return {
    name: object.metadata.name,
    domain: textOr(spec['domain'], ''),
    records: textMap(spec['resRecord']),
    ttlSeconds: typeof spec['ttl'] === 'number' ? spec['ttl'] : DEFAULT_TTL_SECONDS,
    createPtr: spec['createPTR'] === true,
    masters: textsOf(spec['stealthMasters']),
  };
}
