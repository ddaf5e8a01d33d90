import { idOf, keyOf, kindKey, type KubeObject } from './object.js';

/** Captured workloads that stand until somebody deletes them. A Job does not: Kubernetes may clear it away once it is over. */
const steady: ReadonlySet<string> = new Set(['Deployment.apps', 'StatefulSet.apps', 'DaemonSet.apps', 'ReplicaSet.apps', 'ReplicationController']);

export function isSteady(object: Pick<KubeObject, 'apiVersion' | 'kind'>): boolean {
  return steady.has(kindKey(object));
}

/** Workloads of `before` that are not in `after`, `Kind/name`. */
export function goneWorkloads(before: readonly KubeObject[], after: readonly KubeObject[]): readonly string[] {
  const stands = new Set(after.map(keyOf));
  return before.filter((object) => isSteady(object) && !stands.has(keyOf(object))).map(idOf);
}
