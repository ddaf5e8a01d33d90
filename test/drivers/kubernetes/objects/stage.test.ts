import { mark } from '../../../../src/domain/names.js';
import { ChangeoverError } from '../../../../src/domain/errors.js';
import { createObjects } from '../../../../src/drivers/kubernetes/objects/index.js';
import { createWorkloads } from '../../../../src/drivers/kubernetes/workloads/index.js';
import type { RawObject } from '../../../../src/ports/objects.js';
import type { FakeKube } from '../../../harness/fake-kube.js';
import { emptySite, ordersPlan, writerSite } from './application.js';
import { inOrders, paths, plan, readyAtOnce, refusal, spec, staged, work } from './world.js';

describe('staging', () => {
  test('creates everything inert, marked, with the target volume behind the claim', async () => {
    const { target, result } = await staged();
    expect(result).toEqual({ created: 8, unchanged: 0, adopted: [] });
    expect(await spec(target, paths.deployment)).toMatchObject({ replicas: 0 });
    expect(await spec(target, paths.cronJob)).toMatchObject({ suspend: true });
    expect(await spec(target, paths.volume)).toMatchObject({ persistentVolumeReclaimPolicy: 'Retain', csi: { volumeHandle: 'ledger-west' }, claimRef: { namespace: 'orders', name: 'ledger' } });
    expect(await spec(target, paths.volume)).not.toHaveProperty('nodeAffinity');
    expect(await target.get(paths.greeting)).toBeNull();
    expect((await target.get(paths.settings))?.metadata.labels).toMatchObject({ [mark.run]: plan.run, [mark.staged]: 'created', app: 'orders' });
  });

  test('a second time writes nothing', async () => {
    const { target, captured } = await staged();
    target.calls.length = 0;
    const again = await createObjects(target).ensureStaged(plan, captured, work);
    expect(again).toEqual({ created: 0, unchanged: 8, adopted: [] });
    expect(target.calls).toEqual([]);
  });

  test('writes nothing at all when the server would deny one object', async () => {
    const source = writerSite('east');
    const target = emptySite('west');
    target.deny = (call) => {
      if (call.includes('?dryRun') && call.includes('deployments')) throw new ChangeoverError('Invalid', 'denied by a policy');
    };
    const captured = await createObjects(source).capture(plan, work);
    const error = await refusal(createObjects(target).ensureStaged(plan, captured, work));
    expect(error).toMatchObject({ code: 'Refused', reasons: ['Deployment/orders: denied by a policy'] });
    expect(await target.get(paths.settings)).toBeNull();
    expect(await target.get(paths.volume)).toBeNull();
  });

  test('refuses strangers that differ, all of them at once, and adopts those that are equal', async () => {
    const target = emptySite('west');
    const stranger = (name: string, data: object): RawObject => ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace: 'orders', labels: { app: 'orders' } }, data });
    target.put(stranger('settings', { a: 'other' }));
    target.put({ apiVersion: 'v1', kind: 'Service', metadata: { name: 'orders', namespace: 'orders' }, spec: { ports: [] } });
    const captured = await createObjects(writerSite('east')).capture(plan, work);
    const error = await refusal(createObjects(target).ensureStaged(plan, captured, work));
    expect(error.reasons).toHaveLength(2);
    expect(error.message).toContain('ConfigMap/settings');
    expect(error.message).toContain('Service/orders');

    target.put(stranger('settings', { a: '1' }));
    target.drop(`/api/v1${inOrders}/services/orders`);
    const result = await createObjects(target).ensureStaged(plan, captured, work);
    expect(result.adopted).toEqual(['ConfigMap/settings']);
    expect((await target.get(paths.settings))?.metadata.labels).toEqual({ app: 'orders' });
  });

  test('refuses a volume of the same name that leads elsewhere or belongs to another claim', async () => {
    const target = emptySite('west');
    target.put({ apiVersion: 'v1', kind: 'PersistentVolume', metadata: { name: 'ledger-pv', labels: { [mark.run]: 'old' } }, spec: { csi: { driver: 'org.veritas.infoscale', volumeHandle: 'elsewhere' } } });
    const captured = await createObjects(writerSite('east')).capture(plan, work);
    expect((await refusal(createObjects(target).ensureStaged(plan, captured, work))).message).toContain('leads to elsewhere');
  });

  test('names a kind that the target does not serve and changes nothing', async () => {
    const captured = await createObjects(writerSite('east')).capture(plan, work);
    const target = emptySite('west');
    const without = Object.assign(Object.create(target) as FakeKube, { discover: async () => target.served.filter((resource) => resource.group !== 'example.test') });
    expect((await refusal(createObjects(without).ensureStaged(plan, captured, work))).message).toContain('example.test/v1/Greeting');
    expect(target.calls).toEqual([]);
  });

  test('takes away what the source has lost since it was staged', async () => {
    const { source, target } = await staged();
    source.drop(paths.settings);
    const later = await createObjects(source).capture(plan, work);
    await createObjects(target).ensureStaged(plan, later, work);
    expect(await target.get(paths.settings)).toBeNull();
  });
});

describe('what someone took away after it was staged', () => {
  test('is staged again, and the volume whose claim is gone takes the new one', async () => {
    const { target, captured } = await staged();
    const volume = await target.get(paths.volume);
    target.drop(paths.claim);
    target.put({ ...volume, spec: { ...(volume?.['spec'] as object), claimRef: { namespace: 'orders', name: 'ledger', uid: 'of-the-claim-that-is-gone' } }, status: { phase: 'Released' } } as RawObject);
    expect((await createObjects(target).compareStaged(plan, captured)).missing).toEqual(['PersistentVolumeClaim/ledger']);
    expect(await createObjects(target).ensureStaged(plan, captured, work)).toMatchObject({ created: 1 });
    expect(((await spec(target, paths.volume)) as { claimRef: unknown }).claimRef).not.toMatchObject({ uid: 'of-the-claim-that-is-gone' });
    expect(await target.get(paths.claim)).not.toBeNull();
  });
});

describe('an application selected by label', () => {
  const labelled = ordersPlan({ application: { namespace: 'orders', labels: ['app=orders', 'app=shop'] } });

  test('carries what the labels name and the claims of the plan, and nothing else', async () => {
    const source = writerSite('east');
    source.put({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'unrelated', namespace: 'orders', labels: { app: 'other' } }, data: {} });
    source.put({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'shop', namespace: 'orders', labels: { app: 'shop' } }, data: {} });
    const { objects } = await createObjects(source).capture(ordersPlan({ application: { namespace: 'orders', labels: ['app=orders', 'app=shop'] } }), work);
    const names = objects.map((object) => object.metadata.name);
    expect(names).toEqual(expect.arrayContaining(['settings', 'shop', 'ledger', 'ledger-pv']));
    expect(names).not.toContain('unrelated');
  });

  test('has its custom resources made when it starts, and the Secret that held each goes', async () => {
    const target = emptySite('west');
    const captured = await createObjects(writerSite('east')).capture(plan, work);
    await createObjects(target).ensureStaged(labelled, captured, work);
    target.reactions.push(readyAtOnce);
    await createWorkloads(target).ensureStarted(labelled, work);
    expect(await spec(target, paths.greeting)).toEqual({ text: 'hello' });
    expect(await target.list(`/api/v1${inOrders}/secrets`)).toEqual([]);
    expect(await spec(target, paths.deployment)).toMatchObject({ replicas: 2 });
  });
});

describe('the undo of staging', () => {
  test('removes what the run created, leaves replicated volumes and the namespace they stand in, and says so', async () => {
    const { target } = await staged(writerSite('east'), emptySite('west'));
    const replicated = ordersPlan({ replication: { dataReplication: 'd', groups: {}, secondaries: [] } });
    const { left } = await createObjects(target).ensureUnstaged(replicated, work);
    expect(await target.get(paths.deployment)).toBeNull();
    expect(await target.get(paths.claim)).not.toBeNull();
    expect(await target.get(paths.volume)).not.toBeNull();
    expect(left.toSorted()).toEqual([
      'Namespace/orders: 1 objects stand in it (PersistentVolumeClaim/ledger)',
      'PersistentVolume/ledger-pv: a replicated volume stands behind it',
      'PersistentVolumeClaim/ledger: a replicated volume stands behind it',
    ]);
  });

  test('without replication removes Retain volumes too, and the namespace once it is empty', async () => {
    const { target } = await staged();
    expect(await createObjects(target).ensureUnstaged(plan, work)).toEqual({ removed: 8, left: [] });
    expect(await target.get(paths.namespace)).toBeNull();
  });

  test('names what it deleted and a finalizer of somebody keeps', async () => {
    const { target } = await staged();
    await target.patch(paths.settings, { metadata: { finalizers: ['example.test/stays'] } }, 'merge');
    await target.patch(paths.claim, { metadata: { finalizers: ['kubernetes.io/pvc-protection'] } }, 'merge');
    const { left } = await createObjects(target).ensureUnstaged(plan, work);
    expect(left.filter((line) => line.includes('finalizer'))).toEqual(['ConfigMap/settings: it is deleted, and kept by the finalizer example.test/stays']);
  });

  test('leaves a volume that is not Retain any more, and its claim', async () => {
    const { target } = await staged();
    await target.patch(paths.volume, { spec: { persistentVolumeReclaimPolicy: 'Delete' } }, 'merge');
    const { left } = await createObjects(target).ensureUnstaged(plan, work);
    expect(left).toContain('PersistentVolume/ledger-pv: its volume is Delete, not Retain');
    expect(await target.get(paths.claim)).not.toBeNull();
  });

  test('touches nothing of another run, of a person, or of an object that lost the mark', async () => {
    const { target } = await staged();
    target.put({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'own', namespace: 'orders' }, data: {} });
    await target.patch(paths.settings, { metadata: { labels: { [mark.run]: 'another' } } }, 'merge');
    const { left } = await createObjects(target).ensureUnstaged(plan, work);
    expect(await target.get(paths.settings)).not.toBeNull();
    expect(await target.get(`/api/v1${inOrders}/configmaps/own`)).not.toBeNull();
    expect(left).toEqual(['Namespace/orders: 2 objects stand in it (ConfigMap/settings, ConfigMap/own)']);
  });

  test('does not take what a controller labelled after our object for ours', async () => {
    const { target } = await staged();
    const labels = { [mark.run]: plan.run, [mark.staged]: 'created', 'endpoints.kubernetes.io/managed-by': 'endpoint-controller' };
    target.put({ apiVersion: 'v1', kind: 'Endpoints', metadata: { name: 'orders', namespace: 'orders', labels }, subsets: [] });
    expect((await createObjects(target).ensureUnstaged(plan, work)).removed).toBe(8);
  });

  test('changes nothing where nothing was staged', async () => {
    const target = emptySite('west');
    expect(await createObjects(target).ensureUnstaged(plan, work)).toEqual({ removed: 0, left: [] });
    expect(target.calls).toEqual([]);
  });
});
