import { annotationsOf, fieldsOf, groupOf, kindKey, listOf, textOf, type KubeObject } from '../../../domain/restore/object.js';
import { isBuiltInGroup } from '../../../domain/restore/waves.js';
import { pathOf, type Kube } from '../kube.js';
import { inPool } from './pool.js';
import { resources, type ResourceIndex } from './resources.js';

/** Kinds an application can lean on that do not move along, and where they are read. */
const places = {
  StorageClass: { group: 'storage.k8s.io', version: 'v1', plural: 'storageclasses' },
  IngressClass: { group: 'networking.k8s.io', version: 'v1', plural: 'ingressclasses' },
  PriorityClass: { group: 'scheduling.k8s.io', version: 'v1', plural: 'priorityclasses' },
  RuntimeClass: { group: 'node.k8s.io', version: 'v1', plural: 'runtimeclasses' },
  ClusterRole: { group: 'rbac.authorization.k8s.io', version: 'v1', plural: 'clusterroles' },
  CustomResourceDefinition: { group: 'apiextensions.k8s.io', version: 'v1', plural: 'customresourcedefinitions' },
  Secret: resources.secrets,
  ConfigMap: resources.configMaps,
  ServiceAccount: resources.accounts,
} as const;

const inNamespace: readonly string[] = ['Secret', 'ConfigMap', 'ServiceAccount'] satisfies readonly (keyof typeof places)[];

function podReferences(template: unknown): string[] {
  const spec = fieldsOf(fieldsOf(template)['spec']);
  const priority = textOf(spec['priorityClassName']);
  const runtime = textOf(spec['runtimeClassName']);
  return [...(priority === '' || priority.startsWith('system-') ? [] : [`PriorityClass/${priority}`]), ...(runtime === '' ? [] : [`RuntimeClass/${runtime}`])];
}

function ofObject(object: KubeObject): string[] {
  const spec = fieldsOf(object['spec']);
  const named = (kind: keyof typeof places, name: unknown): string[] => (textOf(name) === '' ? [] : [`${kind}/${textOf(name)}`]);
  switch (kindKey(object)) {
    case 'PersistentVolumeClaim':
      return named('StorageClass', spec['storageClassName']);
    case 'Ingress.networking.k8s.io':
      return named('IngressClass', spec['ingressClassName'] ?? annotationsOf(object)['kubernetes.io/ingress.class']);
    case 'RoleBinding.rbac.authorization.k8s.io': {
      const role = fieldsOf(object['roleRef']);
      return role['kind'] === 'ClusterRole' ? named('ClusterRole', role['name']) : [];
    }
    case 'StatefulSet.apps':
      return [
        ...podReferences(spec['template']),
        ...listOf(spec['volumeClaimTemplates']).flatMap((claim) => named('StorageClass', fieldsOf(fieldsOf(claim)['spec'])['storageClassName'])),
      ];
    case 'CronJob.batch':
      return podReferences(fieldsOf(fieldsOf(spec['jobTemplate'])['spec'])['template']);
    default:
      return podReferences(spec['template']);
  }
}

/** Cluster-scoped things the objects refer to, `Kind/name`, sorted, without repetition. */
export function referencesOf(objects: readonly KubeObject[], index: ResourceIndex): readonly string[] {
  const definitions = objects.flatMap((object) => {
    const group = groupOf(object);
    const resource = isBuiltInGroup(group) ? null : index.find(object);
    return resource === null ? [] : [`CustomResourceDefinition/${resource.plural}.${group}`];
  });
  return [...new Set([...objects.flatMap(ofObject), ...definitions])].toSorted();
}

/** Of these references, the ones that exist on the site; those of a namespaced kind in this namespace. An unknown kind counts as absent. */
export async function presentOf(kube: Kube, namespace: string, references: readonly string[]): Promise<readonly string[]> {
  const found = await inPool(references, async (reference) => {
    const slash = reference.indexOf('/');
    const kind = reference.slice(0, slash);
    if (!Object.hasOwn(places, kind)) return null;
    const place = places[kind as keyof typeof places];
    return (await kube.get(pathOf(place, inNamespace.includes(kind) ? namespace : undefined, reference.slice(slash + 1)))) === null ? null : reference;
  });
  return found.filter((reference) => reference !== null);
}
