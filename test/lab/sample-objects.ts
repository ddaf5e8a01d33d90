import { randomUUID } from 'node:crypto';
import type { Plan } from '../../src/domain/plan.js';
import type { Kube } from '../../src/drivers/kubernetes/kube.js';
import { fieldsOf, listOf } from '../../src/domain/restore/object.js';
import type { RawObject } from '../../src/ports/objects.js';
import { ordersManifests } from '../../lab/orders/manifests.js';
import { planOf } from '../contracts/plan-of.js';

/** The sample application in a namespace of one test, with volumes of a driver that nobody serves, beside whatever else the cluster runs. */
export const suffix = randomUUID().slice(0, 8);
export const namespace = `test-objects-${suffix}`;
export const deadline = (): AbortSignal => AbortSignal.timeout(30_000);

export const claims = ['orders-ledger', 'orders-index'];
export const volume = (claim: string): string => `${claim}-pv-${suffix}`;
export const plan = (changes: Partial<Plan> = {}): Plan =>
  planOf({
    run: `run-${suffix}`,
    application: { namespace, labels: [] },
    volumes: claims.map((claim) => ({ claim, capacity: '64Mi', persistentVolume: volume(claim), driver: 'test.example', volume: claim, handles: { east: `${claim}-east`, west: `${claim}-west` } })),
    ...changes,
  });

export const paths = {
  namespace: `/api/v1/namespaces/${namespace}`,
  deployment: `/apis/apps/v1/namespaces/${namespace}/deployments/orders`,
  cronJob: `/apis/batch/v1/namespaces/${namespace}/cronjobs/orders-report`,
  pods: `/api/v1/namespaces/${namespace}/pods`,
  policy: `/apis/orders.example.test/v1/namespaces/${namespace}/ledgerpolicies/orders`,
};

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
  Namespace: '/api/v1/namespaces', ClusterRole: '/apis/rbac.authorization.k8s.io/v1/clusterroles', PersistentVolume: '/api/v1/persistentvolumes', CustomResourceDefinition: '/apis/apiextensions.k8s.io/v1/customresourcedefinitions',
};
const plurals: Readonly<Record<string, string>> = { NetworkPolicy: 'networkpolicies', Ingress: 'ingresses', LedgerPolicy: 'ledgerpolicies' };

function pathTo(object: RawObject): string {
  const root = object.apiVersion.includes('/') ? `/apis/${object.apiVersion}` : `/api/${object.apiVersion}`;
  const collection = collections[object.kind] ?? `${root}/namespaces/${namespace}/${plurals[object.kind] ?? `${object.kind.toLowerCase()}s`}`;
  return `${collection}/${object.metadata.name}`;
}

function isEstablished(definition: RawObject): boolean {
  const conditions = listOf(fieldsOf(definition['status'])['conditions']).map(fieldsOf);
  return conditions.some((condition) => condition['type'] === 'Established' && condition['status'] === 'True');
}

export async function applyAll(kube: Kube): Promise<void> {
  for (const object of manifests()) {
    await kube.apply(pathTo(object), withoutMounts(object), { force: true });
    if (object.kind !== 'CustomResourceDefinition') continue;
    await kube.watchUntil('/apis/apiextensions.k8s.io/v1/customresourcedefinitions', { fieldSelector: `metadata.name=${object.metadata.name}` }, {
      signal: deadline(),
      seen: (found) => ([...found.values()].some(isEstablished) ? true : undefined),
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

/** The application's own kind is granted by a ClusterRole among its manifests; the control plane adds it to the product's. */
export async function awaitGrant(admin: Kube): Promise<void> {
  await admin.watchUntil(clusterRoles, { fieldSelector: 'metadata.name=changeover-applications' }, {
    signal: deadline(),
    seen: (roles) => (JSON.stringify([...roles.values()]).includes('ledgerpolicies') ? true : undefined),
  });
}

/** Where no kubelet runs, says by hand what one would: that each pod is Ready. */
export function playKubelet(kube: Kube, signal: AbortSignal): Promise<void> {
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
export async function wipe(kube: Kube): Promise<void> {
  await kube.remove(paths.namespace);
  await kube.watchUntil('/api/v1/namespaces', { fieldSelector: `metadata.name=${namespace}` }, { signal: deadline(), seen: (found) => (found.size === 0 ? true : undefined) });
  await Promise.all(claims.map((claim) => kube.remove(`/api/v1/persistentvolumes/${volume(claim)}`)));
  await kube.watchUntil('/api/v1/persistentvolumes', {}, { signal: deadline(), seen: (found) => (claims.some((claim) => found.has(volume(claim))) ? undefined : true) });
}
