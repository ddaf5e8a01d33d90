import { ChangeoverError } from '../../../domain/errors.js';
import type { KubeObject } from '../../../domain/restore/object.js';
import { pathOf, type Kube, type Query, type ServedResource } from '../kube.js';

/** What a request needs to know of a kind. */
export type ResourceRef = Pick<ServedResource, 'group' | 'version' | 'plural' | 'kind'>;

export function apiVersionOf(resource: Pick<ServedResource, 'group' | 'version'>): string {
  return resource.group === '' ? resource.version : `${resource.group}/${resource.version}`;
}

/** Kinds that every cluster serves, so that nothing inside the outage waits for discovery. */
export const resources = {
  namespaces: { group: '', version: 'v1', plural: 'namespaces', kind: 'Namespace' },
  pods: { group: '', version: 'v1', plural: 'pods', kind: 'Pod' },
  secrets: { group: '', version: 'v1', plural: 'secrets', kind: 'Secret' },
  configMaps: { group: '', version: 'v1', plural: 'configmaps', kind: 'ConfigMap' },
  accounts: { group: '', version: 'v1', plural: 'serviceaccounts', kind: 'ServiceAccount' },
  claims: { group: '', version: 'v1', plural: 'persistentvolumeclaims', kind: 'PersistentVolumeClaim' },
  volumes: { group: '', version: 'v1', plural: 'persistentvolumes', kind: 'PersistentVolume' },
  replicationControllers: { group: '', version: 'v1', plural: 'replicationcontrollers', kind: 'ReplicationController' },
  deployments: { group: 'apps', version: 'v1', plural: 'deployments', kind: 'Deployment' },
  statefulSets: { group: 'apps', version: 'v1', plural: 'statefulsets', kind: 'StatefulSet' },
  replicaSets: { group: 'apps', version: 'v1', plural: 'replicasets', kind: 'ReplicaSet' },
  daemonSets: { group: 'apps', version: 'v1', plural: 'daemonsets', kind: 'DaemonSet' },
  jobs: { group: 'batch', version: 'v1', plural: 'jobs', kind: 'Job' },
  cronJobs: { group: 'batch', version: 'v1', plural: 'cronjobs', kind: 'CronJob' },
  attachments: { group: 'storage.k8s.io', version: 'v1', plural: 'volumeattachments', kind: 'VolumeAttachment' },
  nodes: { group: '', version: 'v1', plural: 'nodes', kind: 'Node' },
  quotas: { group: '', version: 'v1', plural: 'resourcequotas', kind: 'ResourceQuota' },
  limitRanges: { group: '', version: 'v1', plural: 'limitranges', kind: 'LimitRange' },
  endpointSlices: { group: 'discovery.k8s.io', version: 'v1', plural: 'endpointslices', kind: 'EndpointSlice' },
  validatingWebhooks: { group: 'admissionregistration.k8s.io', version: 'v1', plural: 'validatingwebhookconfigurations', kind: 'ValidatingWebhookConfiguration' },
  mutatingWebhooks: { group: 'admissionregistration.k8s.io', version: 'v1', plural: 'mutatingwebhookconfigurations', kind: 'MutatingWebhookConfiguration' },
  csiDrivers: { group: 'storage.k8s.io', version: 'v1', plural: 'csidrivers', kind: 'CSIDriver' },
} as const satisfies Record<string, ResourceRef>;

/** Items of a list carry neither kind nor version over the wire; here they get both. */
export function typed(item: KubeObject, resource: ResourceRef): KubeObject {
  return { ...item, apiVersion: apiVersionOf(resource), kind: resource.kind };
}

/** A list whose objects know what they are. A failure names the resource. */
export async function listOf(kube: Kube, resource: ResourceRef, options: { namespace?: string; query?: Query } = {}): Promise<readonly KubeObject[]> {
  try {
    const items = await kube.list(pathOf(resource, options.namespace), options.query);
    return items.map((item) => typed(item, resource));
  } catch (error) {
    if (!(error instanceof ChangeoverError)) throw error;
    const name = resource.group === '' ? resource.plural : `${resource.plural}.${resource.group}`;
    throw new ChangeoverError(error.code, `${name} on ${kube.site} cannot be listed: ${error.message}`, { reasons: error.reasons, cause: error });
  }
}

export async function getOne(kube: Kube, resource: ResourceRef, place: { namespace?: string; name: string }): Promise<KubeObject | null> {
  const found = await kube.get(pathOf(resource, place.namespace, place.name));
  return found === null ? null : typed(found, resource);
}

/** Which resource serves an object's exact version and kind. */
export interface ResourceIndex {
  find(object: Pick<KubeObject, 'apiVersion' | 'kind'>): ServedResource | null;
  /** Absolute path of the object. Throws `Refused` when its kind is not served. */
  pathOf(object: KubeObject): string;
}

export async function indexOf(kube: Kube, fresh = false): Promise<ResourceIndex> {
  const served = new Map((await kube.discover(fresh)).map((resource) => [`${apiVersionOf(resource)}/${resource.kind}`, resource]));
  const find = (object: Pick<KubeObject, 'apiVersion' | 'kind'>): ServedResource | null => served.get(`${object.apiVersion}/${object.kind}`) ?? null;
  return {
    find,
    pathOf(object) {
      const resource = find(object);
      if (resource === null) throw new ChangeoverError('Refused', `${kube.site} does not serve ${object.apiVersion}/${object.kind}.`);
      return pathOf(resource, resource.namespaced ? object.metadata.namespace : undefined, object.metadata.name);
    },
  };
}

/** Namespaced kinds that can be listed: once per group and kind, in the group's preferred version where it has the kind. */
export function listable(served: readonly ServedResource[]): readonly ServedResource[] {
  const chosen = new Map<string, ServedResource>();
  for (const resource of served) {
    if (!resource.namespaced || !resource.verbs.includes('list') || resource.plural.includes('/')) continue;
    const key = `${resource.group}/${resource.kind}`;
    const known = chosen.get(key);
    if (known === undefined || (resource.preferred && !known.preferred)) chosen.set(key, resource);
  }
  return [...chosen.values()];
}
