import { ChangeoverError } from '../../domain/errors.js';
import type { ServedResource } from './kube.js';
import type { Transport } from './transport.js';

/** Aggregated discovery, two requests for everything: v2 since Kubernetes 1.30, v2beta1 since 1.27. */
const ACCEPT = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,application/json;g=apidiscovery.k8s.io;v=v2beta1;as=APIGroupDiscoveryList';

/** Groups that serve measurements and hold nothing of an application; one of them being down says nothing about what can be captured. */
const measurements = new Set(['metrics.k8s.io', 'custom.metrics.k8s.io', 'external.metrics.k8s.io']);

interface GroupDiscovery {
  readonly metadata?: { readonly name?: string };
  readonly versions?: readonly {
    readonly version: string;
    readonly freshness?: 'Current' | 'Stale';
    readonly resources?: readonly {
      readonly resource: string;
      readonly responseKind?: { readonly kind?: string } | null;
      readonly scope?: 'Namespaced' | 'Cluster';
      readonly verbs?: readonly string[];
      readonly subresources?: readonly { readonly subresource: string }[];
    }[];
  }[];
}

/** The groups of one answer as served resources, and the group versions that do not answer. The first version of a group is its preferred one. */
export function servedResources(groups: readonly GroupDiscovery[]): { served: readonly ServedResource[]; silent: readonly string[] } {
  const served: ServedResource[] = [];
  const silent: string[] = [];
  for (const group of groups) {
    const name = group.metadata?.name ?? '';
    for (const [place, version] of (group.versions ?? []).entries()) {
      if (version.freshness === 'Stale' && !measurements.has(name)) silent.push(`${name}/${version.version}`);
      for (const resource of version.resources ?? []) {
        served.push({
          group: name,
          version: version.version,
          kind: resource.responseKind?.kind ?? '',
          plural: resource.resource,
          namespaced: resource.scope === 'Namespaced',
          verbs: resource.verbs ?? [],
          subresources: (resource.subresources ?? []).map((sub) => sub.subresource),
          preferred: place === 0,
        });
      }
    }
  }
  return { served, silent };
}

/** Everything the API server serves. A registered API that does not answer is an error naming it: what cannot be seen could be part of the application. */
export async function discover(transport: Transport): Promise<readonly ServedResource[]> {
  const answers = await Promise.all(['/api', '/apis'].map(async (path) => (await transport.call({ method: 'GET', path, accept: ACCEPT })) as { kind?: string; items?: readonly GroupDiscovery[] }));
  if (answers.some((answer) => answer.kind !== 'APIGroupDiscoveryList')) {
    throw new ChangeoverError('Invalid', `The API server of ${transport.site} has no aggregated discovery; Kubernetes 1.27 or newer is needed.`);
  }
  const { served, silent } = servedResources(answers.flatMap((answer) => answer.items ?? []));
  if (silent.length > 0) {
    throw new ChangeoverError('Unreachable', `On ${transport.site} these APIs are registered but do not answer: ${silent.join(', ')}. Repair or remove their APIService.`);
  }
  return served;
}
