import * as sites from '../../../src/domain/checks/sites/index.js';
import { defineCheck, found, type Check } from '../../../src/domain/checks/check.js';
import { judge, plannedMigrationChecks, recheckChecks } from '../../../src/domain/checks/index.js';
import type { CredentialLife } from '../../../src/domain/credential-life.js';
import { aFacts, aSite, observedNames, said, type FactsChange, type SiteChange } from '../facts.js';

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
  ['A target that is an older Kubernetes warns', sites.targetIsNotOlder, { source: { site: { kubernetesVersion: 'v1.36.0+k3s1' } } }, /west is Kubernetes v1.35.4, older than v1.36.0\+k3s1 of east/],
  ['A server that cannot fence refuses', sites.fenceCanBeBuilt, { source: { site: { fence: { supported: false, installed: false, on: false } } } }, /cannot be fenced/],
];

const ends = (minutes: number, of: Partial<CredentialLife> = {}): CredentialLife => ({ what: 'token', endsAt: new Date(Date.parse('2026-01-01T00:00:00Z') + minutes * 60_000).toISOString(), beganAt: null, isFile: false, ...of });

describe('Our credentials', () => {
  const refused = (facts: FactsChange): readonly string[] => said(sites.credentialsOutlastTheRun, aFacts(facts));
  const warned = (facts: FactsChange): readonly string[] => said(sites.credentialsLastHalfADay, aFacts(facts));
  const at = (...credentials: readonly CredentialLife[]): SiteChange => ({ site: { credentials } });

  test('that end before the run can be over refuse, with when that is', () => {
    expect(refused({ target: at(ends(11)) })).toEqual([expect.stringContaining('The token with which west is reached ends at 2026-01-01T00:11:00.000Z, and a run may take 13 minutes.')]);
    expect(refused({ others: [aSite('north', at(ends(11, { what: 'client certificate' })))] })).toEqual([expect.stringContaining('client certificate with which north')]);
    expect(warned({ target: at(ends(11)) })).toEqual([]);
  });

  test('that outlast the run, but not half a day, warn', () => {
    expect(refused({ source: at(ends(14)) })).toEqual([]);
    expect(warned({ source: at(ends(14)) })).toEqual([expect.stringContaining('The token with which east is reached ends at 2026-01-01T00:14:00.000Z.')]);
    expect(warned({ source: at(ends(721)) })).toEqual([]);
  });

  test('have to last longer where the old TTL is waited for, and only then', () => {
    const names = { servers: observedNames().servers.map((one) => ({ ...one, answers: one.answers.map((answer) => ({ ...answer, ttlSeconds: 3600 })) })) };
    expect(refused({ source: at(ends(14)), names })).toEqual([expect.stringContaining('may take 72 minutes')]);
    expect(refused({ source: at(ends(14)), names, request: { options: { ...aFacts().request.options, waitForTtl: false } } })).toEqual([]);
  });

  test('that something renews in their file say nothing until it has not', () => {
    const began = (minutes: number) => ends(11, { isFile: true, beganAt: new Date(Date.parse('2026-01-01T00:00:00Z') - minutes * 60_000).toISOString() });
    expect([...refused({ target: at(began(49)) }), ...warned({ target: at(began(49)) })]).toEqual([]);
    expect(refused({ target: at(began(300)) })).toHaveLength(1);
  });
});

describe('Checks of the sites', () => {
  test.each(rows)('%s', (_, check, change, reason) => {
    expect(said(check, aFacts())).toEqual([]);
    expect(said(check, aFacts(change)).join('\n')).toMatch(reason);
  });
});
