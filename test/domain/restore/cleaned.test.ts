import { mark } from '../../../src/domain/names.js';
import { cleaned } from '../../../src/domain/restore/cleaned.js';
import { inert } from '../../../src/domain/restore/inert.js';
import type { KubeObject } from '../../../src/domain/restore/object.js';
import { retained } from '../../../src/domain/restore/volumes.js';

const meta = (name: string, more: object = {}): KubeObject['metadata'] => ({ name, namespace: 'orders', ...more });

describe('a cleaned object', () => {
  test('keeps name, namespace, labels and annotations and nothing the cluster wrote', () => {
    const raw: KubeObject = {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: meta('settings', {
        uid: 'u', resourceVersion: '7', generation: 2, creationTimestamp: '2026-01-01T00:00:00Z', finalizers: ['someone.io/keep'], ownerReferences: [{ kind: 'X', name: 'x' }],
        managedFields: [{ manager: 'm' }], generateName: 'settings-', labels: { app: 'orders' }, annotations: { note: 'hello', 'kubectl.kubernetes.io/last-applied-configuration': '{}' },
      }),
      data: { a: '1' },
      status: { any: 'thing' },
    };
    expect(cleaned(raw)).toEqual({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'settings', namespace: 'orders', labels: { app: 'orders' }, annotations: { note: 'hello' } }, data: { a: '1' } });
  });

  test('does not change the object it was given', () => {
    const raw: KubeObject = { apiVersion: 'v1', kind: 'Service', metadata: meta('orders', { labels: { [mark.run]: 'r' } }), spec: { clusterIP: '10.0.0.1', ports: [{ port: 80, nodePort: 30000 }] } };
    const before = structuredClone(raw);
    cleaned(raw);
    expect(raw).toEqual(before);
  });

  test('is what it was before a run held it, without any mark of ours', () => {
    const deployment: KubeObject = { apiVersion: 'apps/v1', kind: 'Deployment', metadata: meta('orders', { labels: { app: 'orders' } }), spec: { replicas: 3, template: {} } };
    const held = inert(deployment, 'run-1');
    const marked = { ...held, metadata: { ...held.metadata, labels: { ...held.metadata.labels, [mark.run]: 'run-1', [mark.staged]: 'created' } } };
    expect(cleaned(marked)).toEqual(deployment);
  });

  test('of a volume that a run retained has its own policy', () => {
    const volume: KubeObject = { apiVersion: 'v1', kind: 'PersistentVolume', metadata: { name: 'pv' }, spec: { persistentVolumeReclaimPolicy: 'Delete', claimRef: { namespace: 'orders', name: 'c', uid: 'u', resourceVersion: '3' } } };
    expect(cleaned(retained(volume, 'run-1'))['spec']).toEqual({ persistentVolumeReclaimPolicy: 'Delete', claimRef: { namespace: 'orders', name: 'c' } });
  });
});

const cases: readonly [string, KubeObject, KubeObject][] = [
  [
    'a namespace carries labels and annotations without its own name and the fence',
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'orders', labels: { 'kubernetes.io/metadata.name': 'orders', 'fence.changeover.io/orders': 'on', team: 'a' } }, spec: { finalizers: ['kubernetes'] } },
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'orders', labels: { team: 'a' } } },
  ],
  [
    'a service loses the addresses and ports that its cluster chose',
    { apiVersion: 'v1', kind: 'Service', metadata: meta('s'), spec: { type: 'LoadBalancer', clusterIP: '10.0.0.4', clusterIPs: ['10.0.0.4'], loadBalancerIP: '1.2.3.4', externalIPs: ['1.2.3.4'], healthCheckNodePort: 31000, ports: [{ port: 80, nodePort: 30001 }] } },
    { apiVersion: 'v1', kind: 'Service', metadata: meta('s'), spec: { type: 'LoadBalancer', ports: [{ port: 80 }] } },
  ],
  [
    'a headless service stays headless',
    { apiVersion: 'v1', kind: 'Service', metadata: meta('s'), spec: { clusterIP: 'None', clusterIPs: ['None'], ports: [] } },
    { apiVersion: 'v1', kind: 'Service', metadata: meta('s'), spec: { clusterIP: 'None', clusterIPs: ['None'], ports: [] } },
  ],
  [
    'a node port that a person applied is kept',
    { apiVersion: 'v1', kind: 'Service', metadata: meta('s', { annotations: { 'kubectl.kubernetes.io/last-applied-configuration': '{"spec":{"ports":[{"port":80,"nodePort":30080}]}}' } }), spec: { type: 'NodePort', ports: [{ port: 80, nodePort: 30080 }, { port: 81, nodePort: 30081 }] } },
    { apiVersion: 'v1', kind: 'Service', metadata: meta('s'), spec: { type: 'NodePort', ports: [{ port: 80, nodePort: 30080 }, { port: 81 }] } },
  ],
  [
    'an account loses the tokens its cluster made',
    { apiVersion: 'v1', kind: 'ServiceAccount', metadata: meta('orders'), secrets: [{ name: 'orders-token-abcde' }, { name: 'own' }], imagePullSecrets: [{ name: 'orders-dockercfg-x' }, { name: 'registry' }] },
    { apiVersion: 'v1', kind: 'ServiceAccount', metadata: meta('orders'), secrets: [{ name: 'own' }], imagePullSecrets: [{ name: 'registry' }] },
  ],
  [
    'a token that a person asked for is asked for again',
    { apiVersion: 'v1', kind: 'Secret', type: 'kubernetes.io/service-account-token', metadata: meta('t', { annotations: { 'kubernetes.io/service-account.name': 'orders', 'kubernetes.io/service-account.uid': 'u' } }), data: { token: 'x', 'ca.crt': 'y', namespace: 'z' } },
    { apiVersion: 'v1', kind: 'Secret', type: 'kubernetes.io/service-account-token', metadata: meta('t', { annotations: { 'kubernetes.io/service-account.name': 'orders' } }) },
  ],
  [
    'a claim keeps its volume and loses binding marks and data sources',
    { apiVersion: 'v1', kind: 'PersistentVolumeClaim', metadata: meta('c', { annotations: { 'pv.kubernetes.io/bind-completed': 'yes', 'volume.kubernetes.io/selected-node': 'n' } }), spec: { volumeName: 'pv', dataSource: { name: 'old' }, dataSourceRef: { name: 'old' } }, status: { phase: 'Bound' } },
    { apiVersion: 'v1', kind: 'PersistentVolumeClaim', metadata: meta('c'), spec: { volumeName: 'pv' } },
  ],
  [
    'a job loses the selector that names its own uid',
    { apiVersion: 'batch/v1', kind: 'Job', metadata: meta('j', { labels: { 'controller-uid': 'u', app: 'a' } }), spec: { selector: { matchLabels: { 'controller-uid': 'u' } }, template: { metadata: { creationTimestamp: null, labels: { 'batch.kubernetes.io/controller-uid': 'u', 'job-name': 'j', app: 'a' } } } } },
    { apiVersion: 'batch/v1', kind: 'Job', metadata: meta('j', { labels: { app: 'a' } }), spec: { template: { metadata: { labels: { app: 'a' } } } } },
  ],
];

describe('cleaning by kind', () => {
  test.each(cases)('%s', (_, raw, expected) => {
    expect(cleaned(raw)).toEqual(expected);
  });
});
