import type { Check } from '../../../src/domain/checks/check.js';
import * as replication from '../../../src/domain/checks/replication/index.js';
import * as volumes from '../../../src/domain/checks/volumes/index.js';
import type { ReplicatedVolume } from '../../../src/domain/observation.js';
import { aClaim, aFacts, aSecondary, aWorkload, said, type FactsChange } from '../facts.js';

const aVolume = (of: Partial<ReplicatedVolume> = {}): ReplicatedVolume => ({ name: 'ledger-vol', peerName: 'ledger-vol', sectors: 131_072, peerSectors: 131_072, dcm: true, peerDcm: true, ...of });
const claims = (...of: readonly Parameters<typeof aClaim>[0][]): FactsChange => ({ source: { application: { claims: of.map((claim) => aClaim(claim)) } } });
const secondary = (of: Parameters<typeof aSecondary>[0]): FactsChange => ({ source: { replication: { secondaries: [aSecondary(of)] } } });
const stateless: FactsChange = { source: { plan: { dataReplicationPointer: null }, application: { claims: [], workloads: [aWorkload({ claims: [] })] }, dataReplication: null, replication: null }, target: { plan: { dataReplicationPointer: null }, dataReplication: null, replication: null } };

const aVcsGroup = { name: 'orders_grp', resource: 'orders-pri', type: 'RVGPrimary', isFrozen: false };
const rows: readonly (readonly [string, Check, FactsChange, RegExp])[] = [
  ['Claims without replication refuse: their data would stay behind', volumes.claimsAreReplicated, { source: { plan: { dataReplicationPointer: null } } }, /no dataReplicationPointer/],
  ['A claim that is not bound refuses', volumes.claimsAreBoundFileVolumes, claims({ phase: 'Pending' }), /is Pending, not Bound/],
  ['A claim without a volume refuses', volumes.claimsAreBoundFileVolumes, claims({ persistentVolume: null }), /not Bound/],
  ['A Block volume refuses', volumes.claimsAreBoundFileVolumes, claims({ volumeMode: 'Block' }), /only Filesystem/],
  ['A volume that is not CSI refuses', volumes.claimsAreBoundFileVolumes, claims({ driver: null }), /not a CSI volume/],
  ['A volume outside the group refuses', volumes.everyClaimIsInTheGroup, claims({ handle: 'elsewhere' }), /its data is not replicated/],
  ['A volume without a counterpart refuses', volumes.everyClaimIsInTheGroup, { target: { replication: { volumes: [] } } }, /no counterpart/],
  ['Volumes of different sizes refuse', volumes.everyClaimIsInTheGroup, { target: { replication: { volumes: [aVolume({ sectors: 1 })] } } }, /131072 sectors on east and 1 on west/],
  ['A volume without DCM at the source refuses', volumes.everyClaimIsInTheGroup, { source: { replication: { volumes: [aVolume({ dcm: false })] } } }, /no DCM on east/],
  ['A volume without DCM at the target refuses', volumes.everyClaimIsInTheGroup, { target: { replication: { volumes: [aVolume({ dcm: false })] } } }, /no DCM on west/],
  ['A group shared with somebody refuses', volumes.groupIsOnlyOurs, { source: { replication: { volumes: [aVolume(), aVolume({ name: 'theirs' })] } } }, /shared volume group is refused/],
  ['A template that mounts an unknown claim refuses', volumes.templatesUseOnlyKnownClaims, { source: { application: { workloads: [aWorkload({ claims: ['cache'] })] } } }, /mounts claim cache/],
  ['A missing DataReplication refuses', replication.dataReplicationAgrees, { target: { dataReplication: null } }, /west: DataReplication orders-data does not exist/],
  ['A DataReplication that names another primary refuses', replication.dataReplicationAgrees, { source: { dataReplication: { specPrimary: 'west', statusPrimary: 'west' } } }, /spec.currentPrimary is west, not east/],
  ['A DataReplication in the middle of a change refuses', replication.dataReplicationAgrees, { source: { dataReplication: { statusPrimary: 'west' } } }, /is changing from west to east/],
  ['A DataReplication with force refuses', replication.dataReplicationAgrees, { source: { dataReplication: { force: true } } }, /has force set/],
  ['A DataReplication with configuration errors refuses', replication.dataReplicationAgrees, { target: { dataReplication: { configErrors: 'no SRL' } } }, /configuration errors: no SRL/],
  ['A DataReplication of another namespace refuses', replication.dataReplicationAgrees, { source: { dataReplication: { namespace: 'billing' } } }, /replicates namespace billing/],
  ['A source that is not Primary refuses', replication.rolesAreAsRecorded, { source: { replication: { role: 'secondary' } } }, /secondary on east, not primary/],
  ['A target that is Primary refuses', replication.rolesAreAsRecorded, { target: { replication: { role: 'primary' } } }, /primary on west, not secondary/],
  ['A role that cannot be read refuses', replication.rolesAreAsRecorded, { target: { replication: { role: 'unreadable' } } }, /unreadable on west/],
  ['Storage that was not read at all refuses', replication.rolesAreAsRecorded, { source: { replication: null } }, /unreadable on east/],
  ['A group without Secondary refuses', replication.everyLinkIsReady, { source: { replication: { secondaries: [] } } }, /has no Secondary/],
  ['A configuration error of replication refuses', replication.everyLinkIsReady, { source: { replication: { configErrors: ['VVR 5-1'] } } }, /configuration error: VVR 5-1/],
  ['A paused link refuses', replication.everyLinkIsReady, secondary({ replicationStatus: 'paused by user' }), /paused by user/],
  ['Inconsistent data refuses', replication.everyLinkIsReady, secondary({ dataStatus: 'inconsistent' }), /not consistent/],
  ['Logging to DCM refuses', replication.everyLinkIsReady, secondary({ loggingTo: 'DCM' }), /not to the SRL/],
  ['A VCS group that would swap the roles again refuses', replication.noVcsGroupChangesTheRole, { target: { replication: { vcs: { state: 'read', groups: [aVcsGroup] } } } }, /VCS on west changes the role of orders_rvg itself: group orders_grp holds orders-pri \(RVGPrimary\) and is not frozen/],
  ['VCS that cannot be asked refuses', replication.vcsCouldBeAsked, { source: { replication: { vcs: { state: 'unreadable', groups: [] } } } }, /VCS on east could not be asked/],
  ['A role command at work refuses', replication.noRoleCommandIsAlive, { target: { replication: { liveCommands: 1 } } }, /at work on west/],
];

describe('Checks of volumes and replication', () => {
  test.each(rows)('%s', (_, check, change, reason) => {
    expect(said(check, aFacts())).toEqual([]);
    expect(said(check, aFacts(change)).join('\n')).toMatch(reason);
  });

  test.each([...Object.entries(volumes), ...Object.entries(replication)])('%s holds for an application without volumes', (_, check) => {
    expect(said(check, aFacts(stateless))).toEqual([]);
  });

  test('A frozen VCS group, and a site without VCS, say nothing', () => {
    const vcs = (state: 'read' | 'absent', groups: readonly (typeof aVcsGroup)[]) => aFacts({ source: { replication: { vcs: { state, groups } } } });
    for (const facts of [vcs('read', [{ ...aVcsGroup, isFrozen: true }]), vcs('absent', [])]) expect([...said(replication.noVcsGroupChangesTheRole, facts), ...said(replication.vcsCouldBeAsked, facts)]).toEqual([]);
  });

  test('A backlog may drain later and does not refuse', () => {
    expect(said(replication.everyLinkIsReady, aFacts(secondary({ dataStatus: 'consistent, behind', behind: '12 writes' })))).toEqual([]);
  });
});
