import { INFOSCALE_GROUP, mark, PREFIX } from '../names.js';
import { annotationsOf, fieldsOf, isTerminating, kindKey, labelsOf, listOf, textOf, type KubeObject } from './object.js';

/**
 * What is never collected and never restored (restore rules B2): what a cluster makes by itself, what lasts a moment,
 * and what belongs to one site. Kinds are left out here so that they are not even listed.
 */
const kindsLeftOut = new Set([
  'Event', 'Event.events.k8s.io', 'Lease.coordination.k8s.io', 'ControllerRevision.apps', 'Binding', 'Node', 'ComponentStatus',
  // A pod starts the moment it exists, so it cannot stand staged; bare pods are refused before anything is captured.
  'Pod',
  // Replication and backup are each site's own.
  'VolumeReplication.replication.storage.openshift.io', 'VolumeGroupReplication.replication.storage.openshift.io',
  'ReplicationSource.volsync.backube', 'ReplicationDestination.volsync.backube',
  'VolumeSnapshot.snapshot.storage.k8s.io', 'VolumeGroupSnapshot.groupsnapshot.storage.k8s.io',
]);

/** Groups that only compute answers, or whose objects steer this site's own replication, backup or ourselves. */
const groupsLeftOut = new Set([
  'metrics.k8s.io', 'custom.metrics.k8s.io', 'external.metrics.k8s.io', 'authorization.k8s.io', 'authentication.k8s.io',
  'packages.operators.coreos.com', 'velero.io', INFOSCALE_GROUP, 'ramendr.openshift.io', PREFIX,
]);

/** Whether objects of this kind can be part of an application's metadata at all. */
export function isCarriedKind(kind: { readonly group: string; readonly kind: string }): boolean {
  if (groupsLeftOut.has(kind.group)) return false;
  return !kindsLeftOut.has(kind.group === '' ? kind.kind : `${kind.kind}.${kind.group}`);
}

type Rule = (object: KubeObject) => boolean;

/** ConfigMaps and ServiceAccounts that a cluster puts into every namespace. */
export function isInEveryNamespace({ kind, name }: { readonly kind: string; readonly name: string }): boolean {
  return (kind === 'ConfigMap' && madeByTheCluster.has(name)) || (kind === 'ServiceAccount' && ownAccounts.has(name));
}

const madeByTheCluster = new Set(['kube-root-ca.crt', 'openshift-service-ca.crt', 'istio-ca-root-cert']);
const ownAccounts = new Set(['default', 'builder', 'deployer']);

/** The default account exists everywhere; it is carried for what people added to it. */
function serviceAccount(object: KubeObject): boolean {
  if (!ownAccounts.has(object.metadata.name)) return true;
  if (object.metadata.name !== 'default') return false;
  const { annotations, labels } = object.metadata;
  return (
    listOf(object['imagePullSecrets']).some((entry) => !textOf(fieldsOf(entry)['name']).startsWith('default-dockercfg-')) ||
    Object.keys(annotations ?? {}).length > 0 || Object.keys(labels ?? {}).length > 0 || object['automountServiceAccountToken'] !== undefined
  );
}

/** Tokens that the cluster made for an account are signed by that cluster; one that a person asked for is asked for again. */
function secret(object: KubeObject): boolean {
  const type = textOf(object['type']);
  const account = annotationsOf(object)['kubernetes.io/service-account.name'] ?? '';
  if (type === 'kubernetes.io/service-account-token') return !new RegExp(`^${escaped(account)}-token-[a-z0-9]{5}$`).test(object.metadata.name);
  if (type === 'bootstrap.kubernetes.io/token') return false;
  return annotationsOf(object)['openshift.io/token-secret.name'] === undefined;
}

function escaped(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
}

/** Endpoints of a selector are made by the controller, and name pods; those of a service without selector are a person's. */
function endpoints(object: KubeObject): boolean {
  if (labelsOf(object)['endpoints.kubernetes.io/managed-by'] !== undefined) return false;
  if (annotationsOf(object)['endpoints.kubernetes.io/last-change-trigger-time'] !== undefined) return false;
  const addresses = listOf(object['subsets']).flatMap((subset) => [...listOf(fieldsOf(subset)['addresses']), ...listOf(fieldsOf(subset)['notReadyAddresses'])]);
  return addresses.length > 0 && addresses.every((address) => fieldsOf(address)['targetRef'] === undefined);
}

const rules: Readonly<Record<string, Rule>> = {
  ConfigMap: (object) => !madeByTheCluster.has(object.metadata.name),
  ServiceAccount: serviceAccount,
  Secret: secret,
  Endpoints: endpoints,
  'EndpointSlice.discovery.k8s.io': (object) => !(labelsOf(object)['endpointslice.kubernetes.io/managed-by'] ?? '').endsWith('.k8s.io'),
  Service: (object) => !(object.metadata.namespace === 'default' && object.metadata.name === 'kubernetes'),
  'Job.batch': (object) => !isFinishedJob(object),
  PersistentVolumeClaim: (object) => fieldsOf(object['status'])['phase'] === 'Bound',
};

/** Complete or failed for good: it would run again from the start elsewhere. */
export function isFinishedJob(object: KubeObject): boolean {
  const status = fieldsOf(object['status']);
  if (status['completionTime'] !== undefined) return true;
  return listOf(status['conditions']).map(fieldsOf).some((condition) => (condition['type'] === 'Complete' || condition['type'] === 'Failed') && condition['status'] === 'True');
}

/** Whether a raw object as read from a cluster belongs into a capture. Objects with a controller are the caller's to judge. */
export function isCarried(object: KubeObject): boolean {
  const labels = labelsOf(object);
  if (isTerminating(object)) return false;
  if (labels[mark.exclude] !== undefined || labels['velero.io/exclude-from-backup'] === 'true') return false;
  if (labels['kubernetes.io/bootstrapping'] !== undefined || object.metadata.name.startsWith('system:')) return false;
  const group = object.apiVersion.includes('/') ? object.apiVersion.slice(0, object.apiVersion.indexOf('/')) : '';
  if (!isCarriedKind({ group, kind: object.kind })) return false;
  return rules[kindKey(object)]?.(object) ?? true;
}
