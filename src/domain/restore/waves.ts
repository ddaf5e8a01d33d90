import { groupOf, kindKey, type KubeObject } from './object.js';

/** Restore order; within a wave everything at once. What others refer to comes first, what acts comes last (restore rules B1). */
const waves: readonly (readonly string[])[] = [
  ['Namespace'],
  ['PersistentVolume', 'ServiceAccount', 'Secret', 'ConfigMap', 'Role.rbac.authorization.k8s.io', 'LimitRange'],
  ['PersistentVolumeClaim', 'RoleBinding.rbac.authorization.k8s.io', 'Service', 'Endpoints', 'EndpointSlice.discovery.k8s.io'],
];

const workloads = new Set(['Deployment.apps', 'StatefulSet.apps', 'ReplicaSet.apps', 'ReplicationController', 'DaemonSet.apps', 'Job.batch']);

/** A quota counts what is there, and budgets and autoscalers look at workloads. */
const afterWorkloads = new Set([
  'PodDisruptionBudget.policy', 'NetworkPolicy.networking.k8s.io', 'Ingress.networking.k8s.io', 'HorizontalPodAutoscaler.autoscaling',
  'CronJob.batch', 'ResourceQuota', 'ScaledObject.keda.sh', 'ScaledJob.keda.sh',
]);

export const WAVES = 7;

/** The wave of an object, 0 to `WAVES` - 1. */
export function waveOf(object: Pick<KubeObject, 'apiVersion' | 'kind'>): number {
  const key = kindKey(object);
  const listed = waves.findIndex((wave) => wave.includes(key));
  if (listed >= 0) return listed;
  if (workloads.has(key)) return 4;
  if (afterWorkloads.has(key)) return 5;
  return isBuiltInGroup(groupOf(object)) ? 3 : 6;
}

const builtIn = new Set([
  '', 'apps', 'batch', 'autoscaling', 'policy', 'networking.k8s.io', 'rbac.authorization.k8s.io', 'storage.k8s.io', 'discovery.k8s.io', 'coordination.k8s.io',
  'scheduling.k8s.io', 'node.k8s.io', 'events.k8s.io', 'certificates.k8s.io', 'admissionregistration.k8s.io', 'apiextensions.k8s.io',
  'apiregistration.k8s.io', 'authentication.k8s.io', 'authorization.k8s.io', 'flowcontrol.apiserver.k8s.io', 'resource.k8s.io', 'internal.apiserver.k8s.io', 'extensions',
]);

/** Whether Kubernetes itself serves the group; all others come with a CustomResourceDefinition or an aggregated API. */
export function isBuiltInGroup(group: string): boolean {
  return builtIn.has(group);
}
