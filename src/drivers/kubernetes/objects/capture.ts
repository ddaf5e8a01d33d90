import { ChangeoverError } from '../../../domain/errors.js';
import type { Plan } from '../../../domain/plan.js';
import { isCarried } from '../../../domain/restore/carried.js';
import { cleaned } from '../../../domain/restore/cleaned.js';
import { controllerOf, keyOf, type KubeObject } from '../../../domain/restore/object.js';
import { standingOf } from '../../../domain/restore/standing.js';
import type { Capture } from '../../../ports/objects.js';
import type { Work } from '../../../ports/work.js';
import type { Kube } from '../kube.js';
import { collect } from './collect.js';
import { inPool } from './pool.js';
import { referencesOf } from './references.js';
import { getOne, indexOf, resources, type ResourceRef } from './resources.js';

/** Reads an object that the snapshot cannot be without. */
async function needed(kube: Kube, resource: ResourceRef, place: { namespace?: string; name: string }): Promise<KubeObject> {
  const found = await getOne(kube, resource, place);
  if (found === null) throw new ChangeoverError('NotFound', `${resource.kind}/${place.name} does not exist on ${kube.site}.`);
  return found;
}

/**
 * The application's metadata as it was before a run touched it. Objects with a controller are made again by it; what replication
 * left superseded at a former standby site is not part of the application.
 */
export async function capture(kube: Kube, plan: Plan, work: Work): Promise<Capture> {
  const { namespace } = plan.application;
  work.report(`reading every object of ${namespace} on ${kube.site}`);
  const [index, selected, own, claims, volumes] = await Promise.all([
    indexOf(kube),
    collect(kube, plan.application),
    needed(kube, resources.namespaces, { name: namespace }),
    // A claim of the plan is carried even where its labels are not the selector's: the workloads mount it.
    inPool(plan.volumes, (volume) => needed(kube, resources.claims, { namespace, name: volume.claim })),
    inPool(plan.volumes, (volume) => needed(kube, resources.volumes, { name: volume.persistentVolume })),
  ]);
  const carried = new Map<string, KubeObject>();
  for (const object of [...selected, ...claims]) {
    if (isCarried(object) && controllerOf(object) === null && standingOf(object) !== 'superseded') carried.set(keyOf(object), object);
  }
  for (const claim of claims) {
    if (!carried.has(keyOf(claim))) throw new ChangeoverError('NotReady', `Claim ${claim.metadata.name} on ${kube.site} is not bound, or is being deleted, so it cannot be captured.`);
  }
  const raw = [own, ...volumes, ...carried.values()];
  const objects = raw.map(cleaned).toSorted((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
  work.report(`${objects.length} objects of ${namespace} were read on ${kube.site}`);
  return { namespace, objects, references: referencesOf(raw, index) };
}
