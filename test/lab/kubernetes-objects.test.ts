import { createKube } from '../../src/drivers/kubernetes/client.js';
import type { Kube } from '../../src/drivers/kubernetes/kube.js';
import { createObjects } from '../../src/drivers/kubernetes/objects/index.js';
import { createWorkloads } from '../../src/drivers/kubernetes/workloads/index.js';
import { ChangeoverError } from '../../src/domain/errors.js';
import type { Capture, RawObject } from '../../src/ports/objects.js';
import { workOf } from '../contracts/plan-of.js';
import { adminKubeconfig, productKubeconfig } from './cluster.js';
import { applyAll, awaitGrant, claims, deadline, namespace, paths, plan, playKubelet, suffix, volume, wipe } from './sample-objects.js';

/**
 * The sample application's objects through capture, stop, staging, start and the way back on a real API server. One cluster stands in
 * for both sites, one after the other: PersistentVolumes have no namespace, so the source is taken away before the target is staged.
 */
const admin = createKube({ site: 'admin', kubeconfig: adminKubeconfig() });
/** What is tested runs under the product's own account. */
const east = createKube({ site: 'east', kubeconfig: productKubeconfig() });
const west = createKube({ site: 'west', kubeconfig: productKubeconfig() });

const spec = async (kube: Kube, path: string): Promise<Record<string, unknown>> => ((await kube.get(path))?.['spec'] ?? {}) as Record<string, unknown>;
const kindsOf = (captured: Capture): string[] => captured.objects.map((object) => `${object.kind}/${object.metadata.name}`).toSorted();

describe('objects and workloads on a real API server', () => {
  const kubelet = new AbortController();
  let playing: Promise<void> = Promise.resolve();
  let captured: Capture;

  beforeAll(async () => {
    await applyAll(admin);
    await awaitGrant(admin);
    playing = playKubelet(admin, kubelet.signal);
  }, 60_000);

  afterAll(async () => {
    kubelet.abort();
    await playing;
    await admin.remove(paths.namespace);
    await Promise.all(claims.map((claim) => admin.remove(`/api/v1/persistentvolumes/${volume(claim)}`)));
    await Promise.all([admin.close(), east.close(), west.close()]);
  }, 60_000);

  test('the capture holds the sample application and nothing of the cluster', async () => {
    captured = await createObjects(east).capture(plan(), workOf());
    expect(kindsOf(captured)).toEqual([
      'ConfigMap/orders', 'CronJob/orders-report', 'Deployment/orders', 'HorizontalPodAutoscaler/orders', 'Ingress/orders', 'LedgerPolicy/orders', `Namespace/${namespace}`, 'NetworkPolicy/orders',
      `PersistentVolume/${volume('orders-index')}`, `PersistentVolume/${volume('orders-ledger')}`, 'PersistentVolumeClaim/orders-index', 'PersistentVolumeClaim/orders-ledger', 'PodDisruptionBudget/orders', 'Role/orders',
      'RoleBinding/orders', 'Secret/orders', 'Service/orders', 'ServiceAccount/orders',
    ]);
  });

  test('the observation follows every claim to its volume', async () => {
    const found = await createWorkloads(east).observe(plan().application, null);
    const ends = found.claims.map((claim) => `${claim.name} ${claim.phase} ${claim.handle ?? ''} ${claim.reclaimPolicy ?? ''}`);
    expect(ends).toHaveLength(2);
    expect(ends).toEqual(expect.arrayContaining(['orders-index Bound orders-index-east Delete', 'orders-ledger Bound orders-ledger-east Delete']));
    expect(found.workloads.map((workload) => [workload.kind, workload.treatment])).toEqual(expect.arrayContaining([['Deployment', 'scale'], ['CronJob', 'suspend'], ['HorizontalPodAutoscaler', 'follows']]));
    expect(found.references).toContain('CustomResourceDefinition/ledgerpolicies.orders.example.test');
  });

  test('what the target has for the application is counted, and a webhook that nobody serves is found', async () => {
    const workloads = createWorkloads(west);
    const { demand, kinds } = await workloads.observe(plan().application, null);
    expect(demand?.objects).toMatchObject({ 'deployments.apps': 1, persistentvolumeclaims: 2 });
    expect(demand?.pods.map(({ workload, replicas, everywhere }) => ({ workload, replicas, everywhere })).toSorted((a, b) => (a.workload < b.workload ? -1 : 1))).toEqual([
      { workload: 'CronJob/orders-report', replicas: 0, everywhere: false },
      { workload: 'Deployment/orders', replicas: 1, everywhere: false },
    ]);
    const webhooks = '/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations';
    const [quota, range, node, hook] = [`quota-${suffix}`, `range-${suffix}`, `node-${suffix}`, `hook-${suffix}`];
    await admin.create(`${paths.namespace}/resourcequotas`, { apiVersion: 'v1', kind: 'ResourceQuota', metadata: { name: quota }, spec: { hard: { pods: '100', 'requests.cpu': '1500m' } } });
    await admin.create(`${paths.namespace}/limitranges`, { apiVersion: 'v1', kind: 'LimitRange', metadata: { name: range }, spec: { limits: [{ type: 'PersistentVolumeClaim', max: { storage: '1Ti' } }] } });
    await admin.create('/api/v1/nodes', { apiVersion: 'v1', kind: 'Node', metadata: { name: node }, spec: { unschedulable: true } });
    await admin.create(webhooks, {
      apiVersion: 'admissionregistration.k8s.io/v1', kind: 'ValidatingWebhookConfiguration', metadata: { name: hook },
      webhooks: [{ name: 'nobody.example.test', admissionReviewVersions: ['v1'], sideEffects: 'None', clientConfig: { service: { namespace, name: 'nobody' } }, namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': namespace } }, rules: [{ apiGroups: ['networking.k8s.io'], apiVersions: ['v1'], operations: ['UPDATE'], resources: ['networkpolicies'] }] }],
    });
    try {
      const room = await workloads.room(plan().application, demand ?? { pods: [], objects: {}, storage: 0 });
      expect(room.quotas).toContainEqual(expect.objectContaining({ name: quota, scopes: [], hard: { pods: 100, 'requests.cpu': 1.5 } }));
      expect(room.limitRanges).toContainEqual(expect.objectContaining({ name: range, type: 'PersistentVolumeClaim', max: { storage: 2 ** 40 } }));
      expect(room.nodes).toContainEqual(expect.objectContaining({ name: node, takesPods: false }));
      expect(room.standing.objects).toEqual({ ...demand?.objects, limitranges: 1, resourcequotas: 1 });
      expect(await workloads.webhooks(plan().application, kinds)).toContainEqual({ name: `ValidatingWebhookConfiguration/${hook}: nobody.example.test`, where: `service ${namespace}/nobody`, answers: false, isCertain: true });
    } finally {
      await Promise.all([admin.remove(`${paths.namespace}/resourcequotas/${quota}`), admin.remove(`${paths.namespace}/limitranges/${range}`), admin.remove(`/api/v1/nodes/${node}`), admin.remove(`${webhooks}/${hook}`)]);
    }
  }, 60_000);

  test('volumes become Retain, are captured as they were, and come back', async () => {
    const objects = createObjects(east);
    await objects.ensureVolumesRetained(plan(), workOf());
    expect(await spec(east, `/api/v1/persistentvolumes/${volume('orders-ledger')}`)).toMatchObject({ persistentVolumeReclaimPolicy: 'Retain' });
    expect((await objects.capture(plan(), workOf())).objects).toEqual(captured.objects);
    await objects.ensureVolumePoliciesRestored(plan(), workOf());
    expect(await spec(east, `/api/v1/persistentvolumes/${volume('orders-ledger')}`)).toMatchObject({ persistentVolumeReclaimPolicy: 'Delete' });
    await objects.ensureVolumesRetained(plan(), workOf());
    await objects.assertVolumesBound(plan());
  });

  test('a stopped application has no pod, is captured as it ran, and starts again', async () => {
    const workloads = createWorkloads(east);
    await workloads.ensureStarted(plan(), workOf({ signal: deadline() }));
    expect(await workloads.ensureFrozen(plan(), workOf())).toEqual(['CronJob/orders-report']);
    expect(await workloads.ensureStopped(plan(), workOf({ signal: deadline() }))).toEqual(['Deployment/orders']);
    expect(await east.list(paths.pods)).toEqual([]);
    expect((await createObjects(east).capture(plan(), workOf())).objects).toEqual(captured.objects);
    expect(await workloads.ensureStarted(plan(), workOf({ signal: deadline() }))).toEqual(['Deployment/orders']);
    expect(await workloads.ensureThawed(plan(), workOf())).toEqual(['CronJob/orders-report']);
    expect((await east.get(paths.deployment))?.metadata.labels).not.toHaveProperty(['changeover.io/run']);
    expect(await spec(east, paths.cronJob)).toMatchObject({ suspend: false });
  }, 60_000);

  test('staged elsewhere it stands inert, bound to the other volumes, and a second time changes nothing', async () => {
    await wipe(admin);
    const objects = createObjects(west);
    expect(await objects.ensureStaged(plan(), captured, workOf({ signal: deadline() }))).toMatchObject({ created: 17, adopted: [] });
    expect(await spec(west, paths.deployment)).toMatchObject({ replicas: 0 });
    expect(await spec(west, paths.cronJob)).toMatchObject({ suspend: true });
    expect(await west.get(paths.policy)).toBeNull();
    await objects.assertVolumesBound(plan());
    const before = (await west.get(paths.deployment))?.metadata['resourceVersion'];
    expect(await objects.ensureStaged(plan(), captured, workOf({ signal: deadline() }))).toEqual({ created: 0, unchanged: 17, adopted: [] });
    expect((await west.get(paths.deployment))?.metadata['resourceVersion']).toBe(before);
  }, 60_000);

  test('the undo takes away what the run created, with the namespace, and staging works again', async () => {
    const objects = createObjects(west);
    const { removed, left } = await objects.ensureUnstaged(plan(), workOf({ signal: deadline() }));
    expect(removed).toBe(17);
    expect(left).toEqual([]);
    await wipe(admin);
    await objects.ensureStaged(plan(), captured, workOf({ signal: deadline() }));
  }, 60_000);

  test('activated it runs as it did, and settled it carries no mark', async () => {
    const workloads = createWorkloads(west);
    expect(await workloads.ensureStarted(plan(), workOf({ signal: deadline() }))).toEqual(['Deployment/orders']);
    expect((await west.get(paths.policy))?.['spec']).toEqual({ keepDays: 3650, currency: 'EUR' });
    await workloads.ensureThawed(plan(), workOf());
    await createObjects(west).ensureSettled(plan(), workOf());
    const after = await createObjects(west).capture(plan({ run: 'later', source: 'west', target: 'east' }), workOf());
    const comparable = (of: Capture): readonly RawObject[] => of.objects.filter((object) => object.kind !== 'PersistentVolume');
    expect(comparable(after)).toEqual(comparable(captured));
    const marked = (await west.list(`${paths.namespace}/configmaps`, { labelSelector: 'changeover.io/run' })).length;
    expect(marked).toBe(0);
  }, 60_000);

  test('a stranger in the way is refused with its name and nothing is written', async () => {
    const run = plan({ run: `other-${suffix}` });
    await admin.patch(`${paths.namespace}/configmaps/orders`, { data: { greeting: 'someone else was here' } }, 'merge');
    const error = await createObjects(west).ensureStaged(run, captured, workOf({ signal: deadline() })).then(() => null, (thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(ChangeoverError);
    expect(error).toMatchObject({ code: 'Refused' });
    expect((error as ChangeoverError).reasons.join('\n')).toContain('ConfigMap/orders');
    expect((error as ChangeoverError).reasons.join('\n')).toContain('Deployment/orders is active');
  });

  test('the way back writes over what stands by, down to a key that is gone, and starts it', async () => {
    const back = plan({ run: `back-${suffix}`, source: 'west', target: 'east', volumes: plan().volumes.map((planned) => ({ ...planned, handles: { east: planned.handles['west'] ?? '', west: planned.handles['east'] ?? '' } })) });
    const forth = plan({ source: 'east', target: 'west' });
    const workloads = createWorkloads(east);
    await workloads.ensureFrozen(forth, workOf());
    await workloads.ensureStopped(forth, workOf({ signal: deadline() }));
    await createObjects(east).ensureSettled(forth, workOf());
    const changed = captured.objects.map((object) => (object.kind === 'ConfigMap' ? { ...object, data: { welcome: 'back' } } : object));
    const result = await createObjects(east).ensureStaged(back, { ...captured, objects: changed }, workOf({ signal: deadline() }));
    expect(result.adopted).toEqual([]);
    expect((await east.get(`${paths.namespace}/configmaps/orders`))?.['data']).toEqual({ welcome: 'back' });
    expect(await workloads.ensureStarted(back, workOf({ signal: deadline() }))).toEqual(['Deployment/orders']);
    expect(await workloads.ensureThawed(back, workOf())).toEqual(expect.arrayContaining(['CronJob/orders-report']));
    await createObjects(east).ensureSettled(back, workOf());
    expect(await spec(east, paths.deployment)).toMatchObject({ replicas: 1 });
  }, 60_000);
});
