import { PREFIX } from '../names.js';
import { sameContent } from './same.js';
import { annotationsOf, fieldsOf, groupOf, kindKey, textOf, type KubeObject } from './object.js';
import { withHolds, type Hold } from './original.js';
import { pointerOf, readPointer } from './pointer.js';

/** No node carries this label, so a DaemonSet that asks for it runs nowhere. */
export const PARKED = `${PREFIX}/parked`;

/** When an object that is held comes back: with the workloads, or after the outage. */
export type HoldClass = 'stop' | 'freeze' | 'outward';

type HoldsOf = (object: KubeObject) => readonly Hold[];

const scaledToZero: HoldsOf = () => [{ pointer: '/spec/replicas', value: 0 }];
const suspended: HoldsOf = () => [{ pointer: '/spec/suspend', value: true }];
const parked: HoldsOf = () => [{ pointer: '/spec/template/spec/nodeSelector', value: { [PARKED]: 'true' } }];

/** KEDA acts at zero, an HPA does not. `paused` keeps the current count; `paused-replicas` would set one. */
const kedaPaused: HoldsOf = () => [{ pointer: pointerOf('metadata', 'annotations', 'autoscaling.keda.sh/paused'), value: 'true' }];

/** An HPA leaves a workload at zero alone unless it may scale to zero itself (`minReplicas: 0`). */
const autoscaler: HoldsOf = (object) =>
  fieldsOf(object['spec'])['minReplicas'] === 0 ? [{ pointer: '/spec/behavior/scaleUp/selectPolicy', value: 'Disabled' }] : [];

/** ExternalDNS leaves objects alone whose controller annotation is not `dns-controller`. */
const EXTERNAL_DNS = 'external-dns.alpha.kubernetes.io/';
const dnsHeld: Hold = { pointer: pointerOf('metadata', 'annotations', `${EXTERNAL_DNS}controller`), value: 'changeover-held' };

/** Annotations by which cert-manager orders a certificate, which would prove the name from the wrong site. */
const certificateOrders = ['cert-manager.io/issuer', 'cert-manager.io/cluster-issuer', 'kubernetes.io/tls-acme'];

const entryPoint: HoldsOf = (object) => [
  dnsHeld,
  ...certificateOrders
    .filter((name) => annotationsOf(object)[name] !== undefined)
    .map((name) => ({ pointer: pointerOf('metadata', 'annotations', name), value: null })),
];

const service: HoldsOf = (object) => {
  const published = Object.keys(annotationsOf(object)).some((name) => name.startsWith(EXTERNAL_DNS));
  return published || textOf(fieldsOf(object['spec'])['type']) === 'LoadBalancer' ? [dnsHeld] : [];
};

const table: Readonly<Record<string, readonly [HoldClass, HoldsOf]>> = {
  'Deployment.apps': ['stop', scaledToZero],
  'StatefulSet.apps': ['stop', scaledToZero],
  'ReplicaSet.apps': ['stop', scaledToZero],
  ReplicationController: ['stop', scaledToZero],
  'DaemonSet.apps': ['stop', parked],
  'Job.batch': ['stop', suspended],
  'CronJob.batch': ['freeze', suspended],
  'ScaledObject.keda.sh': ['freeze', kedaPaused],
  'ScaledJob.keda.sh': ['freeze', kedaPaused],
  'HorizontalPodAutoscaler.autoscaling': ['freeze', autoscaler],
  Service: ['outward', service],
  'Ingress.networking.k8s.io': ['outward', entryPoint],
};

function rowOf(object: Pick<KubeObject, 'apiVersion' | 'kind'>): readonly [HoldClass, HoldsOf] | null {
  // Gateways get their address while staged, so they stand, unpublished.
  if (groupOf(object) === 'gateway.networking.k8s.io') return ['outward', entryPoint];
  return table[kindKey(object)] ?? null;
}

/** How the kind is held, or null when nothing of it acts. */
export function holdClassOf(object: Pick<KubeObject, 'apiVersion' | 'kind'>): HoldClass | null {
  return rowOf(object)?.[0] ?? null;
}

/** The object so that it acts nowhere outside its namespace and starts nothing, its original kept on it. */
export function inert(object: KubeObject, run: string): KubeObject {
  return withHolds(object, rowOf(object)?.[1](object) ?? [], run);
}

/** Whether the object stands as `inert` would leave it. */
export function isInert(object: KubeObject): boolean {
  const holds = rowOf(object)?.[1](object) ?? [];
  return holds.every((hold) => sameContent(readPointer(object, hold.pointer), hold.value));
}
