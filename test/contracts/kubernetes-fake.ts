import type { Plan } from '../../src/domain/plan.js';
import { fieldsOf } from '../../src/domain/restore/object.js';
import type { RawObject } from '../../src/ports/objects.js';
import { FakeKube } from '../harness/fake-kube.js';
import { planOf } from './plan-of.js';

const claims = ['orders-ledger', 'orders-index'];
const labels = { app: 'orders' };
const inOrders = (name: string): RawObject['metadata'] => ({ name, namespace: 'orders', labels });

export const contractPlan: Plan = planOf({
  volumes: claims.map((claim) => ({ claim, capacity: '64Mi', persistentVolume: `${claim}-pv`, driver: 'org.veritas.infoscale', volume: `${claim}-vol`, handles: { east: `${claim}-vol`, west: `${claim}-vol-west` } })),
});

function application(): RawObject[] {
  const mounts = claims.map((claim) => ({ name: claim, persistentVolumeClaim: { claimName: claim } }));
  return [
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'orders' } },
    ...claims.flatMap((claim): RawObject[] => [
      { apiVersion: 'v1', kind: 'PersistentVolume', metadata: { name: `${claim}-pv` }, spec: { persistentVolumeReclaimPolicy: 'Delete', claimRef: { namespace: 'orders', name: claim }, csi: { driver: 'org.veritas.infoscale', volumeHandle: `${claim}-vol` } } },
      { apiVersion: 'v1', kind: 'PersistentVolumeClaim', metadata: inOrders(claim), spec: { volumeName: `${claim}-pv` } },
    ]),
    { apiVersion: 'v1', kind: 'ConfigMap', metadata: inOrders('orders-config'), data: { greeting: 'hello' } },
    { apiVersion: 'v1', kind: 'Secret', metadata: inOrders('orders-secret'), type: 'Opaque', data: { token: 'eA==' } },
    { apiVersion: 'v1', kind: 'Service', metadata: inOrders('orders'), spec: { clusterIP: '10.0.0.7', ports: [{ port: 80 }] } },
    { apiVersion: 'apps/v1', kind: 'Deployment', metadata: inOrders('orders'), spec: { replicas: 1, template: { spec: { volumes: mounts } } } },
    { apiVersion: 'batch/v1', kind: 'CronJob', metadata: inOrders('orders-report'), spec: { schedule: '0 * * * *', suspend: false } },
  ];
}

/** One site with the controllers that matter: claims bind, a Deployment has as many Ready pods as it asks for. */
export class ContractSite {
  readonly kube: FakeKube;
  private held = false;

  constructor(site: string) {
    this.kube = new FakeKube(site);
    this.kube.reactions.push((object) => this.react(object));
  }

  runApplication(): this {
    for (const object of application()) this.kube.put(object);
    return this;
  }

  hold(held: boolean): void {
    this.held = held;
    const deployment = this.kube.peek('/apis/apps/v1/namespaces/orders/deployments/orders');
    if (deployment !== undefined) this.scale(deployment);
  }

  private react(object: RawObject): void {
    if (object.kind === 'Deployment') this.scale(object);
    if (object.kind === 'PersistentVolumeClaim' && object['status'] === undefined) this.kube.put({ ...object, status: { phase: 'Bound' } });
    if (object.kind === 'PersistentVolumeClaim') this.bind(object);
  }

  private bind(claim: RawObject): void {
    const path = `/api/v1/persistentvolumes/${String(fieldsOf(claim['spec'])['volumeName'])}`;
    const volume = this.kube.peek(path);
    const reference = fieldsOf(fieldsOf(volume?.['spec'])['claimRef']);
    if (volume === undefined || reference['uid'] === claim.metadata['uid']) return;
    this.kube.put({ ...volume, spec: { ...fieldsOf(volume['spec']), claimRef: { ...reference, uid: claim.metadata['uid'] } } });
  }

  private scale(deployment: RawObject): void {
    const wanted = Number(fieldsOf(deployment['spec'])['replicas'] ?? 1);
    const path = '/api/v1/namespaces/orders/pods/orders-0';
    if (wanted > 0 && this.kube.peek(path) === undefined) {
      const owner = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'orders', uid: deployment.metadata['uid'], controller: true };
      const { spec } = fieldsOf(fieldsOf(deployment['spec'])['template']);
      this.kube.put({ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'orders-0', namespace: 'orders', labels, ownerReferences: [owner] }, spec, status: { phase: 'Running' } });
    }
    if (wanted === 0 && !this.held) this.kube.drop(path);
    const status = { observedGeneration: deployment.metadata['generation'], readyReplicas: wanted, updatedReplicas: wanted };
    if (JSON.stringify(deployment['status']) !== JSON.stringify(status)) this.kube.put({ ...deployment, status });
  }
}
