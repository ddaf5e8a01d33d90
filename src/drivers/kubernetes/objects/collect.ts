import { isCarried, isCarriedKind } from '../../../domain/restore/carried.js';
import { assertSelectable } from '../../../domain/restore/selector.js';
import { controllerOf, keyOf, textOf, uidOf, type KubeObject } from '../../../domain/restore/object.js';
import type { Application } from '../../../domain/plan.js';
import type { Kube, ServedResource } from '../kube.js';
import { inPool, LIST_POOL_SIZE } from './pool.js';
import { listable, listOf } from './resources.js';

/**
 * Every namespaced object the selector names, raw, of all kinds that can be carried; an object that two groups serve comes once.
 * One list per kind and label element (elements are OR-ed). A kind that cannot be listed is an error: what is not seen would be lost.
 */
export async function collect(kube: Kube, application: Application, wanted: (kind: ServedResource) => boolean = isCarriedKind): Promise<readonly KubeObject[]> {
  assertSelectable(application);
  const kinds = listable(await kube.discover()).filter(wanted);
  const selectors = application.labels.length === 0 ? [undefined] : application.labels;
  const questions = kinds.flatMap((resource) => selectors.map((labelSelector) => ({ resource, labelSelector })));
  const lists = await inPool(questions, ({ resource, labelSelector }) => listOf(kube, resource, { namespace: application.namespace, query: { labelSelector } }), LIST_POOL_SIZE);
  const found = new Map<string, KubeObject>();
  for (const object of lists.flat()) {
    const identity = textOf(uidOf(object)) || keyOf(object);
    if (!found.has(identity)) found.set(identity, object);
  }
  return [...found.values()];
}

/** Of what the application's selector names, the objects that also carry these labels (a label list) and are nobody's copy. */
export async function collectMarked(kube: Kube, application: Application, marks: string): Promise<readonly KubeObject[]> {
  const labels = application.labels.length === 0 ? [marks] : application.labels.map((element) => `${element},${marks}`);
  const found = await collect(kube, { namespace: application.namespace, labels });
  return found.filter((object) => controllerOf(object) === null && !inheritsLabels(object));
}

/** Controllers give a Service's Endpoints the Service's labels, ours among them. */
function inheritsLabels(object: KubeObject): boolean {
  return (object.kind === 'Endpoints' || object.kind === 'EndpointSlice') && !isCarried(object);
}
