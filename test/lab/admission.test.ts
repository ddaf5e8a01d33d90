import { jest } from '@jest/globals';
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { findOnPath } from '../../lab/components/find.js';
import { mark } from '../../src/domain/names.js';
import { POLICY, whoBinding } from '../../src/drivers/infoscale/admission.js';
import { annotateDecision } from '../../src/drivers/infoscale/annotate.js';
import { installDefinitions } from '../../src/drivers/infoscale/install-definitions.js';
import { createVouching } from '../../src/drivers/infoscale/vouching.js';
import { createKube } from '../../src/drivers/kubernetes/client.js';
import type { RawObject } from '../../src/ports/objects.js';
import { adminKubeconfig, freshNamespace, productKubeconfig } from './cluster.js';

/** Who may write which name on a DR plan, by the real kubectl against a real API server with our policy and CRDs. */
jest.setTimeout(60_000);
const admin = createKube({ site: 'test', kubeconfig: adminKubeconfig() });
const product = createKube({ site: 'test', kubeconfig: productKubeconfig() });
const kubectlProgram = process.env['CHANGEOVER_KUBECTL'] ?? findOnPath('kubectl') ?? 'kubectl';
const binding = `/apis/admissionregistration.k8s.io/v1/validatingadmissionpolicybindings/${POLICY}`;
let namespace = '';

/** What kubectl says as this person; a refusal is an answer too. */
async function kubectl(as: string, ...args: readonly string[]): Promise<string> {
  const person = ['--as', as, '--as-group', 'system:authenticated'];
  const ran = promisify(execFile)(kubectlProgram, ['--kubeconfig', adminKubeconfig(), ...person, '-n', namespace, ...args]);
  return await ran.then(({ stdout }) => stdout.trim(), (error: { stderr: string }) => error.stderr.trim());
}

const decides = (as: string, value: string): Promise<string> => kubectl(as, 'annotate', '--overwrite', 'drplan', 'orders', `${mark.decision}=${value}`);
const decision = (by: string): string => `{"by":"${by}","decision":"approve","reason":"the window is open"}`;
const patches = (as: string, patch: object): Promise<string> => kubectl(as, 'patch', 'drplan', 'orders', '--type', 'merge', '-p', JSON.stringify(patch));
const asks = (requestedBy: string | null | undefined, primaryCluster: string): object => ({ ...(requestedBy === undefined ? {} : { metadata: { annotations: { [mark.requestedBy]: requestedBy } } }), spec: { primaryCluster } });

const planPath = (): string => `/apis/infoscale.veritas.com/v1/namespaces/${namespace}/disasterrecoveryplans/orders`;
const plan = (spec: object): RawObject => ({ apiVersion: 'infoscale.veritas.com/v1', kind: 'DisasterRecoveryPlan', metadata: { name: 'orders', namespace }, spec });

beforeAll(async () => {
  namespace = await freshNamespace(admin, 'who');
  const people = ['alice', 'bob', 'o"k', 'back\\slash', 'oidc:Żofia'].map((name) => ({ apiGroup: 'rbac.authorization.k8s.io', kind: 'User', name }));
  const role = { kind: 'Role', metadata: { name: 'plans' }, rules: [{ apiGroups: ['infoscale.veritas.com'], resources: ['disasterrecoveryplans'], verbs: ['get', 'list', 'create', 'update', 'patch'] }] };
  const roles = `/apis/rbac.authorization.k8s.io/v1/namespaces/${namespace}`;
  await admin.create(`${roles}/roles`, { apiVersion: 'rbac.authorization.k8s.io/v1', ...role });
  await admin.create(`${roles}/rolebindings`, { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'RoleBinding', metadata: { name: 'plans' }, roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'plans' }, subjects: people });
  await admin.create(planPath().replace('/orders', ''), plan({ primaryCluster: 'east', selector: { namespace: 'orders', labels: ['app=orders'] } }));
});
afterAll(async () => {
  await admin.apply(binding, whoBinding, { force: true });
  await admin.remove(`/api/v1/namespaces/${namespace}`);
  await Promise.all([admin.close(), product.close()]);
});

/** The answer of the reader in front of what stands on the plan now. */
async function vouched(): Promise<{ verified: boolean; why: string }> {
  const value = (await admin.get(planPath()))?.metadata.annotations?.[mark.decision] ?? '';
  return createVouching(product).vouched({ namespace, name: 'orders' }, { name: mark.decision, value });
}

describe('A decision on a DR plan', () => {
  test('passes under the name of who asks, and the product can tell as soon as the policy is old enough to have acted', async () => {
    const until = Date.now() + 20_000;
    for (let n = 0; !(await vouched()).verified && Date.now() < until; n += 1) await decides('alice', decision('alice').replace('open', `open ${n}`));
    expect(await decides('alice', decision('alice'))).toMatch(/annotated$/);
    expect(await vouched()).toMatchObject({ verified: true });
    expect(await kubectl('alice', 'get', 'drplan', 'orders', '-o', `jsonpath={.metadata.annotations.changeover\\.io/decision}`)).toBe(decision('alice'));
  });

  const denied: readonly (readonly [string, string, string])[] = [
    ['another name', 'alice', decision('bob')],
    ['a longer name', 'alice', decision('alice2')],
    ['white space before the name', 'alice', '{ "by":"alice","decision":"approve","reason":"r"}'],
    ['the name later on', 'alice', '{"decision":"approve","by":"alice","reason":"r"}'],
    ['a name with a quote', 'o"k', decision('o\\"k')],
    ['a name with a quote as it is', 'o"k', decision('o"k')],
    ['a name with a backslash', 'back\\slash', decision('back\\slash')],
    ['another text in the name of who wrote the first', 'bob', '{"by":"alice","decision":"reject","reason":"r"}'],
  ];
  test.each(denied)('is denied with %s', async (_, as, value) => {
    expect(await decides(as, value)).toMatch(/Forbidden.*changeover-who.*must begin with/);
  });

  test('passes under a name outside ASCII', async () => {
    expect(await decides('oidc:Żofia', decision('oidc:Żofia'))).toMatch(/annotated$/);
  });

  test('does not stand in the way of other changes by other people, and may be taken back', async () => {
    expect(await decides('alice', decision('alice'))).toMatch(/annotated$/);
    expect(await kubectl('bob', 'label', '--overwrite', 'drplan', 'orders', 'a=b')).toMatch(/labeled$/);
    expect(await kubectl('bob', 'annotate', 'drplan', 'orders', `${mark.decision}-`)).toMatch(/annotated$/);
  });

  test('is written by the command under the name of its kubeconfig', async () => {
    const { by } = await annotateDecision(product, { namespace, name: 'orders' }, { kind: 'ack', step: null, reason: 'on it', id: 'a-1', statement: null });
    expect(by).toMatch(/^system:serviceaccount:changeover-system:/);
    expect(await vouched()).toMatchObject({ verified: true });
    expect(await kubectl('bob', 'annotate', 'drplan', 'orders', `${mark.decision}-`)).toMatch(/annotated$/);
  });

  test('is not vouched for without the policy, nor afterwards when the policy is back', async () => {
    await admin.remove(binding);
    // A policy comes and goes within about a second; another text each time, because one that stands already may stay.
    const until = Date.now() + 20_000;
    let tries = 0;
    const forges = async (): Promise<boolean> => (await decides('alice', decision('bob').replace('open', `open ${(tries += 1)}`))).endsWith('annotated');
    while (!(await forges()) && Date.now() < until);
    expect(await vouched()).toMatchObject({ verified: false, why: expect.stringMatching(/does not stand/) });
    await admin.apply(binding, whoBinding, { force: true });
    expect(await vouched()).toMatchObject({ verified: false, why: expect.stringMatching(/may have been written before/) });
    while ((await forges()) && Date.now() < until);
    expect(await forges()).toBe(false);
    expect(await vouched()).toMatchObject({ verified: false, why: expect.stringMatching(/may have been written before/) });
  });
});

describe('A change of spec.primaryCluster', () => {
  test('passes without a name, and under the name of who asks', async () => {
    expect(await patches('alice', asks(null, 'west'))).toMatch(/patched/);
    expect(await patches('alice', asks('alice', 'east'))).toMatch(/patched/);
  });

  test('is denied under another name, also one that an earlier request left there', async () => {
    expect(await patches('bob', asks('alice', 'west'))).toMatch(/Forbidden.*must be bob, who asks, or be removed/);
    expect(await patches('bob', asks(undefined, 'west'))).toMatch(/Forbidden.*must be bob, who asks, or be removed/);
    expect(await patches('bob', asks('bob', 'west'))).toMatch(/patched/);
  });

  test('by the product passes whoever asked before', async () => {
    await product.patch(planPath(), { metadata: { annotations: { [mark.proposedBy]: 'run-1' } }, spec: { primaryCluster: 'east' } }, 'merge');
    expect((await admin.get(planPath()))?.metadata.annotations?.[mark.requestedBy]).toBe('bob');
  });

  test('can be no cover for the marks of a run', async () => {
    for (const change of [`${mark.proposedBy}=run-2`, `${mark.proposedBy}-`, `${mark.answered}=x`, `${mark.decisionAnswer}=x`]) {
      expect(await kubectl('bob', 'annotate', '--overwrite', 'drplan', 'orders', change)).toMatch(/Forbidden.*are Changeover's to change/);
    }
  });
});

describe('A plan with an open run', () => {
  const remove = (what: string): Promise<string> => admin.remove(what).then(() => 'deleted', (error: Error) => error.message);
  const home = (): string => `/api/v1/namespaces/${namespace}`;

  test('is not deleted, nor is its namespace: the answer names the run and the way around', async () => {
    const denied = /run run-1 needs DR plan orders until it has ended: changeover status orders; in an emergency delete the ValidatingAdmissionPolicyBinding changeover-open-run/;
    expect(await remove(planPath())).toMatch(denied);
    expect(await remove(planPath().replace('/orders', ''))).toMatch(denied);
    expect(await remove(home())).toMatch(denied);
    expect((await admin.get(home()))?.metadata['deletionTimestamp']).toBeUndefined();
  });

  test('that has ended stands in nobody\'s way, and neither do plans in other namespaces', async () => {
    const other = await freshNamespace(admin, 'no-plans');
    expect(await remove(`/api/v1/namespaces/${other}`)).toBe('deleted');
    await product.patch(planPath(), { metadata: { annotations: { [mark.proposedBy]: null } } }, 'merge');
    await admin.create(planPath().replace('/orders', ''), { ...plan({ primaryCluster: 'east', selector: { namespace: 'shop' } }), metadata: { name: 'shop', namespace } });
    expect(await remove(planPath().replace('/orders', '/shop'))).toBe('deleted');
  });
});

describe('The API server with our CRDs', () => {
  const bad: readonly (readonly [string, object, RegExp])[] = [
    ['an empty clusterID', { primaryCluster: ' ' }, /a clusterID is needed/],
    ['a clusterID that is too long', { primaryCluster: 'a'.repeat(17) }, /may not be more than 16/],
    ['an empty namespace', { selector: { namespace: ' ' } }, /an empty namespace is refused/],
    ['an empty label entry', { selector: { namespace: 'orders', labels: ['app=orders', ''] } }, /labels\[1\]/],
    ['an empty label in an entry', { selector: { namespace: 'orders', labels: ['app=orders,'] } }, /labels\[0\]/],
    ['an unknown fail-over policy', { clusterFailOverPolicy: 'Sometimes' }, /Unsupported value/],
  ];
  test.each(bad)('refuses a plan with %s', async (_, spec, message) => {
    const whole = plan({ primaryCluster: 'east', selector: { namespace: 'orders' }, ...spec });
    await expect(admin.create(planPath().replace('/orders', ''), { ...whole, metadata: { ...whole.metadata, name: 'bad' } }, { dryRun: true })).rejects.toMatchObject({ code: 'Invalid', message: expect.stringMatching(message) });
  });

  test('takes every documented example, and fills in the documented defaults', async () => {
    const remote = { clusterName: 'Clus2', remoteHostAddress: '198.51.100.21', remoteNetMask: '255.255.255.0', remoteNIC: 'eth0', replicationType: 'async', replicationState: 'start', logProtection: 'autodcm', latencyProtection: 'disable', bandwidthLimit: 'N/A' };
    const members = ['Clus1', 'Clus2'].map((clusterID, n) => ({ clusterID, drControllerAddress: `192.0.2.1${n}`, drControllerPort: '14155' }));
    const examples: readonly (readonly [string, string, object, object])[] = [
      ['disasterrecoveryplans', 'DisasterRecoveryPlan', { primaryCluster: 'Clus1', preferredClusterList: ['Clus1', 'Clus2'], clusterFailOverPolicy: 'Manual', selector: { namespace: 'orders' }, dataReplicationPointer: 'd', dnsPointer: 'n', force: false }, { existingResourcePolicy: 'update' }],
      ['datareplications', 'DataReplication', { currentPrimary: 'Clus1', localHostAddress: '192.0.2.21', localNetMask: '255.255.255.0', localNIC: 'eth0', selector: { namespace: 'orders', labels: [] }, remoteClusterDetails: [remote] }, { cloudVendor: 'Local', force: false }],
      ['dns', 'DNS', { domain: 'demo.example.com', resRecord: { orders1: '192.0.2.80', www: 'orders1' }, stealthMasters: ['192.0.2.53'], createPTR: true, offDelRR: true }, { ttl: 86_400, dnsResOperation: 'none' }],
      ['globalclustermemberships', 'GlobalClusterMembership', { localClusterName: 'Clus1', globalMemberClusters: members, counterMissTolerance: 5 }, { metadataBackupInterval: 15, backupClusterScopeCRD: true }],
    ];
    for (const [plural, kind, spec, defaults] of examples) {
      const home = kind === 'GlobalClusterMembership' ? '/apis/infoscale.veritas.com/v1' : `/apis/infoscale.veritas.com/v1/namespaces/${namespace}`;
      const made = await admin.create(`${home}/${plural}`, { apiVersion: 'infoscale.veritas.com/v1', kind, metadata: { name: 'example' }, spec }, { dryRun: true });
      expect(made['spec']).toMatchObject({ ...spec, ...defaults });
    }
  });

  test('keeps the CRDs that are there', async () => {
    expect((await installDefinitions(admin)).map((one) => one.outcome)).toEqual(['ours', 'ours', 'ours', 'ours']);
  });

  test('keeps conditions of several owners in one list', async () => {
    const condition = (type: string): object => ({ type, status: 'True', reason: 'Because', message: 'm', lastTransitionTime: '2026-01-01T00:00:00Z', observedGeneration: 1 });
    const status = (...conditions: readonly object[]): object => ({ apiVersion: 'infoscale.veritas.com/v1', kind: 'DisasterRecoveryPlan', metadata: { name: 'orders', namespace }, status: { conditions } });
    await admin.apply(`${planPath()}/status`, status(condition('Ready'), condition('Decision')), { force: true });
    await admin.apply(`${planPath()}/status`, status(condition('Ready')), { force: true });
    expect((await admin.get(planPath()))?.['status']).toMatchObject({ conditions: [{ type: 'Ready' }] });
  });
});
