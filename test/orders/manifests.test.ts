import { drObjects, ordersManifests, standbyManifests } from '../../lab/orders/manifests.js';
import type { KubernetesObject } from '../../lab/orders/manifests.js';

const programs = { nodePath: '/usr/bin/node', serverPath: '/app/server.js', reportPath: '/app/report.js' };

function find(objects: readonly KubernetesObject[], kind: string, name = 'orders'): KubernetesObject {
  const found = objects.find((each) => each.kind === kind && each.metadata.name === name);
  if (found === undefined) throw new Error(`no ${kind} ${name}`);
  return found;
}

describe('the manifests of orders', () => {
  test('every object carries the label that names the application', () => {
    const without = ordersManifests(programs).filter(({ metadata }) => metadata.labels?.['app.kubernetes.io/part-of'] !== 'orders');
    expect(without).toEqual([]);
  });

  test('every kind the migration must move is there', () => {
    const kinds = ordersManifests(programs).map(({ kind }) => kind);
    expect(kinds.toSorted()).toEqual(
      [
        'ClusterRole', 'ConfigMap', 'CronJob', 'CustomResourceDefinition', 'Deployment', 'HorizontalPodAutoscaler', 'Ingress', 'LedgerPolicy',
        'Namespace', 'NetworkPolicy', 'PersistentVolume', 'PersistentVolume', 'PersistentVolumeClaim', 'PersistentVolumeClaim',
        'PodDisruptionBudget', 'Role', 'RoleBinding', 'Secret', 'Service', 'ServiceAccount',
      ].toSorted(),
    );
  });

  test('the volumes are bound to the handles of the volume group and would be deleted with their claim', () => {
    const volume = find(ordersManifests(programs), 'PersistentVolume', 'orders-ledger-pv');
    expect(volume['spec']).toMatchObject({
      persistentVolumeReclaimPolicy: 'Delete',
      claimRef: { namespace: 'orders', name: 'orders-ledger' },
      csi: { driver: 'org.veritas.infoscale', volumeHandle: 'orders-ledger-vol' },
    });
  });

  test('the sabotaged build differs by one variable only', () => {
    const text = (noFsync: boolean): string => JSON.stringify(ordersManifests({ ...programs, noFsync }));
    expect(text(true).replace(',{"name":"ORDERS_NO_FSYNC","value":"1"}', '')).toBe(text(false));
  });

  test('the other site gets the definition, the right to move its kind, and no namespace', () => {
    expect(standbyManifests().map(({ kind }) => kind)).toEqual(['CustomResourceDefinition', 'ClusterRole']);
  });
});

describe('the DR objects of a site', () => {
  test('they come in the documented order of creation', () => {
    expect(drObjects('east').map(({ kind }) => kind)).toEqual(['GlobalClusterMembership', 'DataReplication', 'DNS', 'DisasterRecoveryPlan']);
  });

  test('each site names itself and its own addresses, and both name one primary', () => {
    for (const [site, address, peer] of [['east', '127.10.0.80 fd00:ea57::80', 'west'], ['west', '127.20.0.80 fd00:3e57::80', 'east']] as const) {
      const objects = drObjects(site);
      expect(find(objects, 'GlobalClusterMembership', 'global-cluster-membership')['spec']).toMatchObject({ localClusterName: site });
      expect(find(objects, 'DNS', 'orders-dns')['spec']).toMatchObject({ resRecord: { orders: address, shop: 'orders' } });
      expect(find(objects, 'DataReplication', 'orders-datarep')['spec']).toMatchObject({
        currentPrimary: 'east',
        remoteClusterDetails: [{ clusterName: peer }],
      });
      expect(find(objects, 'DisasterRecoveryPlan')['spec']).toMatchObject({ primaryCluster: 'east', selector: { namespace: 'orders' } });
    }
  });

  test('without IPv6 the records hold IPv4 alone, and the key file is named when it is given', () => {
    const dns = find(drObjects('west', { ipv6: false, tsigKeyFile: '/keys/changeover.key' }), 'DNS', 'orders-dns');
    expect(dns['spec']).toMatchObject({ resRecord: { orders: '127.20.0.80' }, tsigKeyFile: '/keys/changeover.key' });
  });

  test('the plan has no status, because the first one is written when the application is adopted', () => {
    expect(find(drObjects('east'), 'DisasterRecoveryPlan')).not.toHaveProperty('status');
  });
});
