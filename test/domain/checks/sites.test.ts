import * as sites from '../../../src/domain/checks/sites/index.js';
import { defineCheck, found, type Check } from '../../../src/domain/checks/check.js';
import { judge, plannedMigrationChecks, recheckChecks } from '../../../src/domain/checks/index.js';
import { aFacts, aSite, observedNames, said, type FactsChange } from '../facts.js';

describe('A healthy application', () => {
  test('passes every check of preflight and of the recheck', () => {
    expect(judge(plannedMigrationChecks, aFacts())).toEqual([]);
    expect(judge(recheckChecks, aFacts())).toEqual([]);
  });

  test('is judged once by each reason, however many checks give it', () => {
    const twice = defineCheck({ name: 'twice', asks: 'it', fix: 'Mend it.', find: () => [found(null, 'The same.')] });
    expect(judge([twice, twice], aFacts())).toHaveLength(1);
  });
});

const rows: readonly (readonly [string, Check, FactsChange, RegExp])[] = [
  ['Unknown is a no: what could not be read at the source refuses', sites.everythingCouldBeRead, { source: { site: { unknowns: ['the fence could not be read'] } } }, /On east: the fence/],
  ['Unknown is a no: what could not be read at a third site refuses', sites.everythingCouldBeRead, { others: [aSite('north', { site: { unknowns: ['no answer'] } })] }, /On north: no answer/],
  ['Unknown is a no: a name server that does not answer refuses', sites.everythingCouldBeRead, { names: { ...observedNames(), unknowns: ['ns2 does not answer'] } }, /ns2 does not answer/],
  ['Two kubeconfigs that lead to one cluster refuse', sites.sitesAreDifferentClusters, { target: { site: { clusterUid: 'uid-east' } } }, /the same cluster/],
  ['A site whose record was pinned to another cluster refuses', sites.sitesAreThePinnedOnes, { target: { ownership: { clusterUid: 'uid-elsewhere' } } }, /pinned to the cluster .*uid-elsewhere/],
  ['A third member whose record was pinned to another cluster refuses', sites.sitesAreThePinnedOnes, { others: [aSite('north', { ownership: { clusterUid: 'uid-elsewhere' } })] }, /north is pinned/],
  ['A site without a membership refuses', sites.peersAreConnected, { source: { membership: null } }, /no GlobalClusterMembership/],
  ['A site that InfoScale calls otherwise refuses', sites.peersAreConnected, { source: { membership: { localCluster: 'prod' } } }, /calls this cluster prod/],
  ['A membership that does not run refuses', sites.peersAreConnected, { source: { membership: { phase: 'FAULTED' } } }, /FAULTED, not RUNNING/],
  ['A membership without phase refuses', sites.peersAreConnected, { source: { membership: { phase: '' } } }, /without phase/],
  ['A target that is no member refuses', sites.peersAreConnected, { source: { membership: { members: ['east'] } } }, /west is not a member/],
  ['A peer link that is not connected refuses', sites.peersAreConnected, { target: { membership: { links: { east: 'DISCONNECTED' } } } }, /link to east is DISCONNECTED/],
  ['A peer link that nobody knows refuses', sites.peersAreConnected, { target: { membership: { links: {} } } }, /link to east is UNKNOWN/],
  ['InfoScale\'s own DR manager beside us refuses', sites.nobodyElseManagesDr, { source: { site: { foreignManagers: ['Deployment/dr-manager'] } } }, /DR manager is here \(Deployment\/dr-manager\)/],
  ['A missing right refuses and is named', sites.rightsAreComplete, { target: { site: { missingRights: ['create pods in orders'] } } }, /west: .* may not create pods in orders/],
  ['A server that cannot fence refuses', sites.fenceCanBeBuilt, { source: { site: { fence: { supported: false, installed: false, on: false } } } }, /cannot be fenced/],
];

describe('Checks of the sites', () => {
  test.each(rows)('%s', (_, check, change, reason) => {
    expect(said(check, aFacts())).toEqual([]);
    expect(said(check, aFacts(change)).join('\n')).toMatch(reason);
  });
});
