import { randomUUID } from 'node:crypto';
import { createKube } from '../../src/drivers/kubernetes/client.js';
import type { Kube } from '../../src/drivers/kubernetes/kube.js';
import { createObjects } from '../../src/drivers/kubernetes/objects/index.js';
import { createWorkloads } from '../../src/drivers/kubernetes/workloads/index.js';
import { ChangeoverError } from '../../src/domain/errors.js';
import type { Plan } from '../../src/domain/plan.js';
import type { Capture, RawObject } from '../../src/ports/objects.js';
import { ordersManifests } from '../../lab/orders/manifests.js';
import { planOf, workOf } from '../contracts/plan-of.js';
import { adminKubeconfig, productKubeconfig } from './cluster.js';

/**
 * The sample application's objects through capture, stop, staging, start and the way back on a real API server. One cluster stands in
 * for both sites, one after the other: PersistentVolumes have no namespace, so the source is taken away before the target is staged.
 */
const suffix = randomUUID().slice(0, 8);
const namespace = `test-objects-${suffix}`;
const admin = createKube({ site: 'admin', kubeconfig: adminKubeconfig() });
/** What is tested runs under the product's own account. */
const east = createKube({ site: 'east', kubeconfig: productKubeconfig() });
const west = createKube({ site: 'west', kubeconfig: productKubeconfig() });
const deadline = (): AbortSignal => AbortSignal.timeout(30_000);

const claims = ['orders-ledger', 'orders-index'];
const volume = (claim: string): string => `${claim}-pv-${suffix}`;
const plan = (changes: Partial<Plan> = {}): Plan =>
  planOf({
    run: `run-${suffix}`,
    application: { namespace, labels: [] },
    volumes: claims.map((claim) => ({ claim, capacity: '64Mi', persistentVolume: volume(claim), driver: 'test.example', volume: claim, handles: { east: `${claim}-east`, west: `${claim}-west` } })),
    ...changes,
  });

const paths = {
  namespace: `/api/v1/namespaces/${namespace}`,
  deployment: `/apis/apps/v1/namespaces/${namespace}/deployments/orders`,
  cronJob: `/apis/batch/v1/namespaces/${namespace}/cronjobs/orders-report`,
  pods: `/api/v1/namespaces/${namespace}/pods`,
  policy: `/apis/orders.example.test/v1/namespaces/${namespace}/ledgerpolicies/orders`,
  definition: '/apis/apiextensions.k8s.io/v1/customresourcedefinitions/ledgerpolicies.orders.example.test',
};

/** The sample's manifests in a namespace of this test, with volumes of a driver that nobody serves. */
function manifests(): RawObject[] {
  return ordersManifests({ nodePath: '/bin/sleep', serverPath: '1000', reportPath: '0' }).map((manifest) => {
    const text = JSON.stringify(manifest).replaceAll('"namespace":"orders"', `"namespace":"${namespace}"`).replaceAll('org.veritas.infoscale', 'test.example').replaceAll('-pv"', `-pv-${suffix}"`).replaceAll(/"volumeHandle":"(orders-\w+)-vol"/g, '"volumeHandle":"$1-east"').replaceAll('"storageClassName":"infoscale"', '"storageClassName":""');
    const object = JSON.parse(text) as RawObject;
    return object.kind === 'Namespace' ? { ...object, metadata: { ...object.metadata, name: namespace } } : object;
  });
}

/** Claims are no part of this: nothing here attaches a volume, so the pods must not ask for one. */
function withoutMounts(object: RawObject): RawObject {
  if (object.kind !== 'Deployment') return object;
  const copy = structuredClone(object) as RawObject & { spec: { template: { spec: { volumes?: unknown; containers: Record<string, unknown>[] } } } };
  delete copy.spec.template.spec.volumes;
  for (const container of copy.spec.template.spec.containers) for (const field of ['volumeMounts', 'readinessProbe']) delete container[field];
  return copy;
}

const collections: Readonly<Record<string, string>> = {
  Namespace: '/api/v1/namespaces', PersistentVolume: '/api/v1/persistentvolumes', CustomResourceDefinition: '/apis/apiextensions.k8s.io/v1/customresourcedefinitions',
};
const plurals: Readonly<Record<string, string>> = { NetworkPolicy: 'networkpolicies', Ingress: 'ingresses', LedgerPolicy: 'ledgerpolicies' };

function pathTo(object: RawObject): string {
  const root = object.apiVersion.includes('/') ? `/apis/${object.apiVersion}` : `/api/${object.apiVersion}`;
  const collection = collections[object.kind] ?? `${root}/namespaces/${namespace}/${plurals[object.kind] ?? `${object.kind.toLowerCase()}s`}`;
  return `${collection}/${object.metadata.name}`;
}

async function applyAll(kube: Kube): Promise<void> {
  for (const object of manifests()) {
    await kube.apply(pathTo(object), withoutMounts(object), { force: true });
    if (object.kind !== 'CustomResourceDefinition') continue;
    await kube.watchUntil('/apis/apiextensions.k8s.io/v1/customresourcedefinitions', { fieldSelector: `metadata.name=${object.metadata.name}` }, {
      signal: deadline(),
      seen: (found) => (JSON.stringify([...found.values()][0]?.['status'] ?? {}).includes('"Established","status":"True"') || /"type":"Established"/.test(JSON.stringify([...found.values()][0]?.['status'] ?? {})) ? true : undefined),
    });
  }
  await awaitClaims(kube);
}

async function awaitClaims(kube: Kube): Promise<void> {
  await kube.watchUntil(`${paths.namespace}/persistentvolumeclaims`, {}, {
    signal: deadline(),
    seen: (found) => (found.size === claims.length && [...found.values()].every((claim) => (claim['status'] as { phase?: string }).phase === 'Bound') ? true : undefined),
  });
}

const clusterRoles = '/apis/rbac.authorization.k8s.io/v1/clusterroles';
const grant = `test-ledger-policies-${suffix}`;

/** The application has a kind of its own; its owner grants it as deploy/rbac.yaml says. */
async function grantLedgerPolicies(): Promise<void> {
  await admin.create(clusterRoles, {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'ClusterRole',
    metadata: { name: grant, labels: { 'changeover.io/aggregate-to-applications': 'true' } },
    rules: [{ apiGroups: ['orders.example.test'], resources: ['ledgerpolicies'], verbs: ['get', 'create', 'update', 'patch', 'delete'] }],
  });
  await admin.watchUntil(clusterRoles, { fieldSelector: 'metadata.name=changeover-applications' }, {
    signal: deadline(),
    seen: (roles) => (JSON.stringify([...roles.values()]).includes('ledgerpolicies') ? true : undefined),
  });
}

/** Where no kubelet runs, says by hand what one would: that each pod is Ready. */
function playKubelet(kube: Kube, signal: AbortSignal): Promise<void> {
  const done = new Set<string>();
  return kube
    .watchUntil<never>(paths.pods, {}, {
      signal,
      seen: (pods) => {
        for (const pod of pods.values()) {
          const spec = pod['spec'] as { nodeName?: string };
          if (spec.nodeName !== undefined || done.has(pod.metadata.name) || pod.metadata['deletionTimestamp'] !== undefined) continue;
          done.add(pod.metadata.name);
          const status = { phase: 'Running', conditions: [{ type: 'Ready', status: 'True', lastTransitionTime: new Date().toISOString() }] };
          void kube.patch(`${paths.pods}/${pod.metadata.name}/status`, { status }, 'merge').catch(() => done.delete(pod.metadata.name));
        }
        return undefined;
      },
    })
    .catch(() => undefined);
}

/** Takes the whole application away, volumes first made safe, and waits until it is gone. */
async function wipe(kube: Kube): Promise<void> {
  await kube.remove(paths.namespace);
  await kube.watchUntil('/api/v1/namespaces', { fieldSelector: `metadata.name=${namespace}` }, { signal: deadline(), seen: (found) => (found.size === 0 ? true : undefined) });
  await Promise.all(claims.map((claim) => kube.remove(`/api/v1/persistentvolumes/${volume(claim)}`)));
  await kube.watchUntil('/api/v1/persistentvolumes', {}, { signal: deadline(), seen: (found) => (claims.some((claim) => found.has(volume(claim)) || found.has(`/${volume(claim)}`)) ? undefined : true) });
}

const spec = async (kube: Kube, path: string): Promise<Record<string, unknown>> => ((await kube.get(path))?.['spec'] ?? {}) as Record<string, unknown>;
const kindsOf = (captured: Capture): string[] => captured.objects.map((object) => `${object.kind}/${object.metadata.name}`).toSorted();

describe('objects and workloads on a real API server', () => {
  const kubelet = new AbortController();
  let playing: Promise<void> = Promise.resolve();
  let captured: Capture;

  beforeAll(async () => {
    await applyAll(admin);
    await grantLedgerPolicies();
    playing = playKubelet(admin, kubelet.signal);
  }, 60_000);

  afterAll(async () => {
    kubelet.abort();
    await playing;
    await admin.remove(paths.namespace);
    await Promise.all(claims.map((claim) => admin.remove(`/api/v1/persistentvolumes/${volume(claim)}`)));
    await admin.remove(`${clusterRoles}/${grant}`);
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
