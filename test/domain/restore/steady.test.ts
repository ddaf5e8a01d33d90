import type { KubeObject } from '../../../src/domain/restore/object.js';
import { goneWorkloads } from '../../../src/domain/restore/steady.js';

const object = (apiVersion: string, kind: string, name = 'orders'): KubeObject => ({ apiVersion, kind, metadata: { name, namespace: 'orders' } });

describe('Workloads that are gone between two captures', () => {
  test.each([
    ['a Deployment', object('apps/v1', 'Deployment')],
    ['a StatefulSet', object('apps/v1', 'StatefulSet')],
    ['a DaemonSet', object('apps/v1', 'DaemonSet')],
    ['a ReplicationController', object('v1', 'ReplicationController')],
  ])('are named: %s', (_, workload) => {
    expect(goneWorkloads([workload, object('v1', 'ConfigMap')], [object('v1', 'ConfigMap')])).toEqual([`${workload.kind}/orders`]);
  });

  test.each([
    ['a Job, which Kubernetes clears away', object('batch/v1', 'Job')],
    ['a ConfigMap, which is an edit like any other', object('v1', 'ConfigMap')],
    ['a Deployment of another group', object('example.test/v1', 'Deployment')],
  ])('are not %s', (_, other) => {
    expect(goneWorkloads([other], [])).toEqual([]);
  });

  test('are none when the same one is served in another version, or one more stands', () => {
    expect(goneWorkloads([object('apps/v1', 'Deployment')], [object('apps/v1beta2', 'Deployment'), object('apps/v1', 'Deployment', 'more')])).toEqual([]);
  });
});
