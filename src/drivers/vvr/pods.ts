import { ChangeoverError } from '../../domain/errors.js';
import type { RawObject } from '../../ports/objects.js';
import { pathOf, type Kube } from '../kubernetes/kube.js';
import type { VvrSettings } from './settings.js';

/** How long a list of pods is good for, milliseconds: a reading inside the outage should not pay for the list again. */
const LIST_LIFETIME_MS = 5_000;

/** The InfoScale pods of a site, by name. */
export interface Pods {
  /** Ready pods, the preferred one first. Throws `Unreachable` when there is none. */
  ready(): Promise<readonly string[]>;
  /** Asks this pod first from now on. */
  prefer(name: string): void;
  /** The pods are listed again next time, and this one is asked last. */
  distrust(name: string): void;
}

/** The list of a site's InfoScale pods, which readings and changes share. */
interface PodList {
  names(): Promise<readonly string[]>;
  forget(): void;
}

export function createPodList(kube: Kube, settings: Pick<VvrSettings, 'namespace' | 'podSelector'>): PodList {
  let listed: { readonly names: readonly string[]; readonly at: number } | null = null;

  async function names(): Promise<readonly string[]> {
    if (listed !== null && performance.now() - listed.at < LIST_LIFETIME_MS) return listed.names;
    const pods = await kube.list(pathOf({ group: '', version: 'v1', plural: 'pods' }, settings.namespace), { labelSelector: settings.podSelector });
    const names = pods.filter(isReady).map((pod) => pod.metadata.name).toSorted();
    // An empty list is not kept: pods that come back must be found at once.
    listed = names.length === 0 ? null : { names, at: performance.now() };
    return names;
  }

  return { names, forget: () => void (listed = null) };
}

/** One order of preference over the list. `what`: the pods, for people, where there is none. */
export function createPods(list: PodList, what: string): Pods {
  let preferred: string | null = null;
  let distrusted: string | null = null;
  const rank = (name: string): number => (name === preferred ? 0 : name === distrusted ? 2 : 1);

  return {
    async ready() {
      const names = await list.names();
      if (names.length === 0) throw new ChangeoverError('Unreachable', `${what} is ready.`);
      return names.toSorted((a, b) => rank(a) - rank(b));
    },
    prefer(name) {
      preferred = name;
      if (distrusted === name) distrusted = null;
    },
    distrust(name) {
      distrusted = name;
      if (preferred === name) preferred = null;
      list.forget();
    },
  };
}

function isReady(pod: RawObject): boolean {
  if (pod.metadata['deletionTimestamp'] !== undefined) return false;
  const { status } = pod as { status?: { conditions?: readonly { type?: unknown; status?: unknown }[] } };
  return status?.conditions?.some((condition) => condition.type === 'Ready' && condition.status === 'True') ?? false;
}
