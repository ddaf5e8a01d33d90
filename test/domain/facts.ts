import { namesPlanOf } from '../../src/domain/dns.js';
import type { Check } from '../../src/domain/checks/check.js';
import type { Facts } from '../../src/domain/checks/facts.js';
import { judge, sentenceOf } from '../../src/domain/checks/judge.js';
import type { ApplicationObservation, ClaimObservation, DataReplicationObject, DnsObject, Membership, NamesObservation, PlanObject, ReplicationView, SecondaryView, SiteObservation, WorkloadObservation } from '../../src/domain/observation.js';
import type { OwnershipRecord } from '../../src/domain/ownership.js';
import { defaultOptions, type MigrationRequest } from '../../src/domain/request.js';

/** What preflight gathers of a healthy application on `east` that may move to `west`; tests change one thing at a time. */

type Change<T> = Partial<T> | null;

/** Nested parts are merged, so that a test names only what is wrong. Null takes the part away. */
export interface SiteChange {
  readonly site?: Partial<Omit<SiteObservation, 'plan' | 'application' | 'replication' | 'ownership' | 'membership' | 'dataReplication' | 'dns'>>;
  readonly plan?: Change<PlanObject>;
  readonly application?: Partial<ApplicationObservation>;
  readonly replication?: Change<ReplicationView>;
  readonly ownership?: Change<OwnershipRecord>;
  readonly membership?: Change<Membership>;
  readonly dataReplication?: Change<DataReplicationObject>;
  readonly dns?: Change<DnsObject>;
}

export interface FactsChange {
  readonly request?: Partial<MigrationRequest>;
  readonly source?: SiteChange;
  readonly target?: SiteChange;
  readonly others?: readonly SiteObservation[];
  readonly names?: Partial<NamesObservation> | null;
  readonly holder?: string | null;
}

export const aRecord = (of: Partial<OwnershipRecord> = {}): OwnershipRecord => ({ unit: 'orders', epoch: 4, writer: 'east', run: null, procedure: null, phase: 'free', turns: {}, clusterUid: 'uid-east', ...of });

export const aWorkload = (of: Partial<WorkloadObservation> = {}): WorkloadObservation => ({ kind: 'Deployment', name: 'orders', treatment: 'scale', note: '', desired: 1, ready: 1, claims: ['ledger'], fenceable: true, ...of });

export const aClaim = (of: Partial<ClaimObservation> = {}): ClaimObservation => ({ name: 'ledger', phase: 'Bound', volumeMode: 'Filesystem', storageClass: 'infoscale', capacity: '64Mi', persistentVolume: 'pv-ledger', driver: 'org.veritas.infoscale', handle: 'ledger-vol', reclaimPolicy: 'Delete', ...of });

export const aSecondary = (of: Partial<SecondaryView> = {}): SecondaryView => ({ host: 'west-1', dataStatus: 'consistent, up-to-date', replicationStatus: 'replicating (connected)', loggingTo: 'SRL', behind: '0h 0m 0s', mode: 'asynchronous', ...of });

const part = <T>(usual: T, change: Change<T> | undefined): T | null => (change === null ? null : { ...usual, ...change });

export function aSite(name: 'east' | 'west' | 'north', of: SiteChange = {}): SiteObservation {
  const writes = name === 'east';
  const peer = writes ? 'west' : 'east';
  const addresses = { east: '127.10.0.80', west: '127.20.0.80', north: '127.30.0.80' };
  return {
    site: name,
    at: '2026-01-01T00:00:00.000Z',
    clusterUid: `uid-${name}`,
    kubernetesVersion: 'v1.35.4',
    foreignManagers: [],
    missingRights: [],
    fence: { supported: true, installed: false, on: false },
    unknowns: [],
    ...of.site,
    membership: part({ localCluster: name, members: ['east', 'west', 'north'], phase: 'RUNNING', links: { [peer]: 'CONNECTED' } }, of.membership),
    plan: part(
      { uid: `plan-${name}`, generation: 1, specPrimary: 'east', statusPrimary: 'east', force: false, preferred: [], namespace: 'orders', labels: ['app=orders'], dataReplicationPointer: 'orders-data', dnsPointer: 'orders-dns', managedBy: [], proposedBy: null, measured: null, terminating: false },
      of.plan,
    ),
    dataReplication: part({ name: 'orders-data', specPrimary: 'east', statusPrimary: 'east', namespace: 'orders', labels: [], force: false, configErrors: '', rvg: 'orders_rvg', diskGroup: `dg-${name}` }, of.dataReplication),
    dns: part({ name: 'orders-dns', domain: 'example.test', records: { orders: addresses[name] }, ttlSeconds: 30, createPtr: false, masters: ['ns1'] }, of.dns),
    ownership: part(aRecord({ clusterUid: `uid-${name}` }), of.ownership),
    application: {
      namespaceExists: writes, namespaceTerminating: false, objectCount: writes ? 3 : 0, workloads: writes ? [aWorkload()] : [], claims: writes ? [aClaim()] : [], foreignMounters: [], managedBy: [],
      kinds: writes ? ['apps/v1/Deployment'] : [], servedKinds: writes ? null : ['apps/v1/Deployment'], references: writes ? ['StorageClass/infoscale'] : [], presentReferences: writes ? null : ['StorageClass/infoscale'], strangers: [], slowestStartMs: writes ? 2_000 : null,
      ...of.application,
    },
    replication: part(
      {
        site: name, at: '2026-01-01T00:00:00.000Z', rvg: 'orders_rvg', diskGroup: `dg-${name}`, role: writes ? 'primary' : 'secondary', state: 'enabled for I/O',
        volumes: [{ name: 'ledger-vol', peerName: 'ledger-vol', sectors: 131_072, peerSectors: 131_072, dcm: true, peerDcm: true }],
        secondaries: writes ? [aSecondary()] : [], configErrors: [], openVolumes: [], liveCommands: 0,
      },
      of.replication,
    ),
  };
}

export function aMigrationRequest(of: Partial<MigrationRequest> = {}): MigrationRequest {
  return { run: 'orders-1', unit: { namespace: 'changeover-system', name: 'orders' }, target: 'west', expectedPrimary: null, sites: ['east', 'west'], reason: 'a test', requestedBy: { name: 'ann', verified: true, via: 'library' }, requestedAt: '2026-01-01T00:00:00.000Z', options: defaultOptions, ...of };
}

export function aFacts(of: FactsChange = {}): Facts {
  const source = aSite('east', of.source);
  const target = aSite('west', of.target);
  const names = source.dns === null || target.dns === null || of.names === null ? null : { plan: namesPlanOf(source.dns, target.dns, () => null), observed: { ...observedNames(), ...of.names } };
  return { request: aMigrationRequest(of.request), source, target, others: of.others ?? [], names, holder: of.holder ?? null };
}

export function observedNames(values: readonly string[] = ['127.10.0.80']): NamesObservation {
  const answers = [{ name: 'orders.example.test.', type: 'A' as const, ttlSeconds: 30, values }];
  return {
    at: '2026-01-01T00:00:00.000Z',
    servers: [
      { server: 'ns1', zone: 'example.test.', updatable: true, updateRefused: null, answers },
      { server: 'ns2', zone: 'example.test.', updatable: false, updateRefused: null, answers },
    ],
    reachable: {},
    unknowns: [],
  };
}

/** Every sentence that one check says. */
export function said(check: Check, facts: Facts): readonly string[] {
  return judge([check], facts).map(sentenceOf);
}
