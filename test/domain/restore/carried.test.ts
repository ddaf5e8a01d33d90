import { mark } from '../../../src/domain/names.js';
import { isCarried } from '../../../src/domain/restore/carried.js';
import type { KubeObject } from '../../../src/domain/restore/object.js';
import { waveOf } from '../../../src/domain/restore/waves.js';

const object = (apiVersion: string, kind: string, fields: { metadata?: object } & Record<string, unknown> = {}): KubeObject => ({
  apiVersion,
  kind,
  ...fields,
  metadata: { name: 'orders', namespace: 'orders', ...fields.metadata },
});

const cases: readonly [string, boolean, KubeObject][] = [
  ['a ConfigMap', true, object('v1', 'ConfigMap')],
  ['the root certificate that every namespace gets', false, object('v1', 'ConfigMap', { metadata: { name: 'kube-root-ca.crt' } })],
  ['an event', false, object('v1', 'Event')],
  ['an event of the newer group', false, object('events.k8s.io/v1', 'Event')],
  ['a lease', false, object('coordination.k8s.io/v1', 'Lease')],
  ['a pod', false, object('v1', 'Pod')],
  ['an object being deleted', false, object('v1', 'ConfigMap', { metadata: { deletionTimestamp: '2026-01-01T00:00:00Z' } })],
  ['an object taken out by label', false, object('v1', 'ConfigMap', { metadata: { labels: { [mark.exclude]: 'true' } } })],
  ['the default account as it comes', false, object('v1', 'ServiceAccount', { metadata: { name: 'default' } })],
  ['the default account with a pull secret', true, object('v1', 'ServiceAccount', { metadata: { name: 'default' }, imagePullSecrets: [{ name: 'registry' }] })],
  ['an account of its own', true, object('v1', 'ServiceAccount')],
  ['a token the cluster made', false, object('v1', 'Secret', { type: 'kubernetes.io/service-account-token', metadata: { name: 'orders-token-x7f2p', annotations: { 'kubernetes.io/service-account.name': 'orders' } } })],
  ['a token a person asked for', true, object('v1', 'Secret', { type: 'kubernetes.io/service-account-token', metadata: { name: 'for-ci', annotations: { 'kubernetes.io/service-account.name': 'orders' } } })],
  ['endpoints of a selector', false, object('v1', 'Endpoints', { subsets: [{ addresses: [{ ip: '10.1.1.1', targetRef: { kind: 'Pod' } }] }] })],
  ['endpoints a person wrote', true, object('v1', 'Endpoints', { subsets: [{ addresses: [{ ip: '10.1.1.1' }] }] })],
  ['a finished job', false, object('batch/v1', 'Job', { status: { completionTime: '2026-01-01T00:00:00Z' } })],
  ['a failed job', false, object('batch/v1', 'Job', { status: { conditions: [{ type: 'Failed', status: 'True' }] } })],
  ['a running job', true, object('batch/v1', 'Job', { status: { active: 1 } })],
  ['a bound claim', true, object('v1', 'PersistentVolumeClaim', { status: { phase: 'Bound' } })],
  ['a claim without a volume', false, object('v1', 'PersistentVolumeClaim', { status: { phase: 'Pending' } })],
  ['an object of the DR manager', false, object('infoscale.veritas.com/v1', 'DNS')],
  ['a custom resource', true, object('example.test/v1', 'Greeting')],
];

describe('what a capture carries', () => {
  test.each(cases.filter(([, carried]) => carried))('%s is carried', (_, __, given) => {
    expect(isCarried(given)).toBe(true);
  });

  test.each(cases.filter(([, carried]) => !carried))('%s is not carried', (_, __, given) => {
    expect(isCarried(given)).toBe(false);
  });
});

describe('the order of restoring', () => {
  test('puts what others refer to first and what acts last', () => {
    const kinds: [string, string][] = [
      ['v1', 'Namespace'], ['v1', 'PersistentVolume'], ['v1', 'PersistentVolumeClaim'], ['networking.k8s.io/v1', 'IngressRule'], ['apps/v1', 'Deployment'],
      ['batch/v1', 'CronJob'], ['example.test/v1', 'Greeting'],
    ];
    expect(kinds.map(([apiVersion, kind]) => waveOf({ apiVersion, kind }))).toEqual([0, 1, 2, 3, 4, 5, 6]);
  });
});
