import { annotationsOf, idOf, labelsOf, type KubeObject } from '../../../domain/restore/object.js';

interface Tool {
  readonly name: string;
  /** What the tool calls its application, from its mark on the object; undefined when it is not its object. */
  readonly owner: (object: KubeObject) => string | undefined;
}

const tools: readonly Tool[] = [
  { name: 'Argo CD', owner: (object) => labelsOf(object)['argocd.argoproj.io/instance'] ?? annotationsOf(object)['argocd.argoproj.io/tracking-id']?.split(':')[0] },
  { name: 'Flux (Kustomization)', owner: (object) => labelsOf(object)['kustomize.toolkit.fluxcd.io/name'] },
  { name: 'Flux (HelmRelease)', owner: (object) => labelsOf(object)['helm.toolkit.fluxcd.io/name'] },
  { name: 'Rancher Fleet', owner: (object) => annotationsOf(object)['objectset.rio.cattle.io/id'] },
  { name: 'Config Sync', owner: (object) => annotationsOf(object)['configsync.gke.io/resource-id'] && (annotationsOf(object)['configsync.gke.io/declared-version'] ?? 'a root sync') },
  { name: 'Operator Lifecycle Manager', owner: (object) => labelsOf(object)['olm.owner'] },
];

/** Marks of tools that would put back what a run changes: one sentence per tool and application of it. */
export function managersOf(objects: readonly KubeObject[]): readonly string[] {
  const found = new Map<string, string[]>();
  for (const object of objects) {
    for (const tool of tools) {
      const owner = tool.owner(object);
      if (owner === undefined || owner === '') continue;
      const key = `${tool.name} ("${owner}")`;
      found.set(key, [...(found.get(key) ?? []), idOf(object)]);
    }
  }
  return [...found].map(([manager, ids]) => `${manager} manages ${ids.length} object${ids.length === 1 ? '' : 's'} of the application, ${ids[0] ?? ''} among them.`);
}
