import { ChangeoverError } from '../../../domain/errors.js';
import { isCarried } from '../../../domain/restore/carried.js';
import { idOf, isTerminating, resourceVersionOf, runOf, uidOf, type KubeObject } from '../../../domain/restore/object.js';
import { cleaned } from '../../../domain/restore/cleaned.js';
import { sameContent } from '../../../domain/restore/same.js';
import { standing, standingOf } from '../../../domain/restore/standing.js';
import type { Plan } from '../../../domain/plan.js';
import type { Work } from '../../../ports/work.js';
import { pathOf, type Kube, type ServedResource } from '../kube.js';
import { collect } from './collect.js';
import { getOne, resources } from './resources.js';
import { isShared } from './staging.js';

/**
 * The application's namespace with its own labels and annotations, where this run made it. One that was there before keeps what it
 * has: others may live in it.
 */
export async function ensureNamespace(kube: Kube, options: { namespace: KubeObject; run: string; work: Work }): Promise<void> {
  const { namespace, run, work } = options;
  const existing = await getOne(kube, resources.namespaces, { name: namespace.metadata.name });
  if (existing !== null && isTerminating(existing)) throw new ChangeoverError('Refused', `Namespace ${namespace.metadata.name} is being deleted on ${kube.site}.`);
  if (existing !== null && runOf(existing) !== run) return;
  if (existing !== null && standingOf(existing) === 'created' && sameContent(cleaned(existing), cleaned(namespace))) return;
  await work.guard();
  await kube.apply(pathOf(resources.namespaces, undefined, namespace.metadata.name), standing(namespace, run, 'created'), { force: true, signal: work.signal });
}

/** What clusters put into every namespace, and what lasts a moment. */
function isMadeByTheCluster(object: KubeObject): boolean {
  if (object.kind === 'ServiceAccount' || object.kind === 'ConfigMap' || object.kind === 'Secret') return !isCarried(object) || isShared(object);
  return object.kind === 'Endpoints' || object.kind === 'EndpointSlice';
}

const passing = new Set(['events', 'leases', 'controllerrevisions']);

function canStand(kind: ServedResource): boolean {
  return !passing.has(kind.plural) && !kind.group.endsWith('metrics.k8s.io') && kind.group !== 'packages.operators.coreos.com' && kind.verbs.includes('delete');
}

/** Deletes the namespace that this run made once nothing stands in it; otherwise says what does. Null when it is gone or was not ours. */
export async function ensureNamespaceRemoved(kube: Kube, plan: Plan, work: Work): Promise<string | null> {
  const name = plan.application.namespace;
  const namespace = await getOne(kube, resources.namespaces, { name });
  if (namespace === null || runOf(namespace) !== plan.run || isTerminating(namespace)) return null;
  const standingThere = (await collect(kube, { namespace: name, labels: [] }, canStand)).filter((object) => !isMadeByTheCluster(object) && !isTerminating(object));
  if (standingThere.length > 0) {
    const some = standingThere.slice(0, 5).map(idOf).join(', ');
    return `Namespace/${name}: ${standingThere.length} objects stand in it (${some}${standingThere.length > 5 ? ', …' : ''})`;
  }
  await work.guard();
  await kube.remove(pathOf(resources.namespaces, undefined, name), { uid: uidOf(namespace), resourceVersion: resourceVersionOf(namespace) });
  return null;
}
