import type { Plan } from '../../../../src/domain/plan.js';
import type { RawObject } from '../../../../src/ports/objects.js';
import { planOf } from '../../../contracts/plan-of.js';
import { FakeKube } from '../../../harness/fake-kube.js';

export const ordersPlan = (changes: Partial<Plan> = {}): Plan =>
  planOf({
    volumes: [{ claim: 'ledger', capacity: '64Mi', persistentVolume: 'ledger-pv', driver: 'org.veritas.infoscale', volume: 'ledger-vol', handles: { east: 'ledger-vol', west: 'ledger-west' } }],
    ...changes,
  });

const inOrders = (name: string, more: object = {}): RawObject['metadata'] => ({ name, namespace: 'orders', labels: { app: 'orders' }, ...more });

const template = (claim: string): object => ({
  metadata: { labels: { app: 'orders' } },
  spec: { containers: [{ name: 'orders' }], volumes: [{ name: 'data', persistentVolumeClaim: { claimName: claim } }] },
});

/** A small application as it runs at its writer. */
export function applicationObjects(handle: string): RawObject[] {
  return [
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'orders', labels: { 'kubernetes.io/metadata.name': 'orders', team: 'shop' } } },
    { apiVersion: 'v1', kind: 'PersistentVolume', metadata: { name: 'ledger-pv' }, spec: { persistentVolumeReclaimPolicy: 'Delete', nodeAffinity: { required: {} }, claimRef: { apiVersion: 'v1', kind: 'PersistentVolumeClaim', namespace: 'orders', name: 'ledger', uid: 'uid-of-claim' }, csi: { driver: 'org.veritas.infoscale', volumeHandle: handle } }, status: { phase: 'Bound' } },
    { apiVersion: 'v1', kind: 'PersistentVolumeClaim', metadata: inOrders('ledger', { uid: 'uid-of-claim', annotations: { 'pv.kubernetes.io/bind-completed': 'yes' } }), spec: { volumeName: 'ledger-pv', storageClassName: 'infoscale' }, status: { phase: 'Bound' } },
    { apiVersion: 'v1', kind: 'ConfigMap', metadata: inOrders('settings'), data: { a: '1' } },
    { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'kube-root-ca.crt', namespace: 'orders' }, data: { 'ca.crt': 'x' } },
    { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'default', namespace: 'orders' } },
    { apiVersion: 'v1', kind: 'Service', metadata: inOrders('orders'), spec: { type: 'LoadBalancer', clusterIP: '10.0.0.7', ports: [{ port: 80, nodePort: 30123 }] }, status: { loadBalancer: { ingress: [{ ip: '1.2.3.4' }] } } },
    { apiVersion: 'apps/v1', kind: 'Deployment', metadata: inOrders('orders', { uid: 'uid-of-deployment' }), spec: { replicas: 2, template: template('ledger') }, status: { readyReplicas: 2, updatedReplicas: 2, observedGeneration: 1 } },
    { apiVersion: 'apps/v1', kind: 'ReplicaSet', metadata: inOrders('orders-1', { uid: 'uid-of-rs', ownerReferences: [{ apiVersion: 'apps/v1', kind: 'Deployment', name: 'orders', uid: 'uid-of-deployment', controller: true }] }), spec: { replicas: 2 } },
    { apiVersion: 'batch/v1', kind: 'CronJob', metadata: inOrders('report'), spec: { schedule: '0 * * * *', suspend: false, jobTemplate: {} } },
    { apiVersion: 'autoscaling/v2', kind: 'HorizontalPodAutoscaler', metadata: inOrders('orders'), spec: { minReplicas: 1, maxReplicas: 3 } },
    { apiVersion: 'example.test/v1', kind: 'Greeting', metadata: inOrders('hello'), spec: { text: 'hello' } },
  ];
}

export function podOf(name: string, more: { labels?: Record<string, string>; owner?: string; phase?: string; claim?: string } = {}): RawObject {
  const owner = more.owner ?? 'uid-of-rs';
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace: 'orders', labels: more.labels ?? { app: 'orders' }, ...(owner === '' ? {} : { ownerReferences: [{ apiVersion: 'apps/v1', kind: 'ReplicaSet', name: 'orders-1', uid: owner, controller: true }] }) },
    spec: { nodeName: 'node-1', containers: [], volumes: more.claim === undefined ? [] : [{ name: 'data', persistentVolumeClaim: { claimName: more.claim } }] },
    status: { phase: more.phase ?? 'Running' },
  };
}

/** A site where the application runs. */
export function writerSite(site: string): FakeKube {
  const kube = new FakeKube(site);
  for (const object of applicationObjects(site === 'west' ? 'ledger-west' : 'ledger-vol')) kube.put(object);
  return kube;
}

/** A site that serves the same kinds and has nothing, where claims bind as soon as both ends stand. */
export function emptySite(site: string): FakeKube {
  const kube = new FakeKube(site);
  kube.reactions.push((object, world) => {
    if (object.kind !== 'PersistentVolumeClaim' || object['status'] !== undefined) return;
    world.put({ ...object, status: { phase: 'Bound' } });
  });
  return kube;
}
