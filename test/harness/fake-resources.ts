import type { ServedResource } from '../../src/drivers/kubernetes/kube.js';

const verbs = ['create', 'delete', 'get', 'list', 'patch', 'update', 'watch'];

function resource(apiVersion: string, kind: string, options: { plural?: string; cluster?: boolean; subresources?: readonly string[] } = {}): ServedResource {
  const [first = '', second] = apiVersion.split('/');
  return {
    group: second === undefined ? '' : first,
    version: second ?? first,
    kind,
    plural: options.plural ?? `${kind.toLowerCase()}s`,
    namespaced: options.cluster !== true,
    verbs,
    subresources: options.subresources ?? [],
    preferred: true,
  };
}

/** What the fake API server serves: the built-in kinds that matter to us, one autoscaler of KEDA, and one custom kind. */
export const fakeResources: readonly ServedResource[] = [
  resource('v1', 'Namespace', { cluster: true }),
  resource('v1', 'PersistentVolume', { cluster: true }),
  resource('v1', 'PersistentVolumeClaim'),
  resource('v1', 'Pod'),
  resource('v1', 'Event'),
  resource('v1', 'ConfigMap'),
  resource('v1', 'Secret'),
  resource('v1', 'Service'),
  resource('v1', 'Endpoints', { plural: 'endpoints' }),
  resource('v1', 'ServiceAccount'),
  resource('v1', 'ReplicationController', { subresources: ['scale'] }),
  resource('apps/v1', 'Deployment', { subresources: ['scale', 'status'] }),
  resource('apps/v1', 'StatefulSet', { subresources: ['scale'] }),
  resource('apps/v1', 'ReplicaSet', { subresources: ['scale'] }),
  resource('apps/v1', 'DaemonSet'),
  resource('batch/v1', 'Job'),
  resource('batch/v1', 'CronJob'),
  resource('autoscaling/v2', 'HorizontalPodAutoscaler'),
  resource('autoscaling/v1', 'HorizontalPodAutoscaler'),
  resource('networking.k8s.io/v1', 'Ingress', { plural: 'ingresses' }),
  resource('rbac.authorization.k8s.io/v1', 'Role'),
  resource('rbac.authorization.k8s.io/v1', 'RoleBinding'),
  resource('storage.k8s.io/v1', 'CSIDriver', { cluster: true }),
  resource('storage.k8s.io/v1', 'StorageClass', { cluster: true, plural: 'storageclasses' }),
  resource('storage.k8s.io/v1', 'VolumeAttachment', { cluster: true }),
  resource('apiextensions.k8s.io/v1', 'CustomResourceDefinition', { cluster: true }),
  resource('keda.sh/v1alpha1', 'ScaledObject'),
  resource('example.test/v1', 'Greeting', { subresources: [] }),
  resource('example.test/v1', 'Cluster', { subresources: ['scale'] }),
];
