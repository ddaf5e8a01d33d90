import { controllerOf, uidOf, type KubeObject } from '../../../domain/restore/object.js';

/** Who made whom: UIDs of everything that the given workloads made or make, themselves included. */
export function descendants(workloads: readonly KubeObject[], made: readonly KubeObject[]): ReadonlySet<string> {
  const family = new Set(workloads.map(uidOf));
  // At most three generations: CronJob, Job, pod; a pass over each generation finds the next.
  for (let grown = true; grown; ) {
    grown = false;
    for (const object of made) {
      const owner = controllerOf(object);
      if (owner !== null && family.has(owner.uid) && !family.has(uidOf(object))) {
        family.add(uidOf(object));
        grown = true;
      }
    }
  }
  return family;
}

/** Whether the pod is one of the family or made by it. */
export function isOfFamily(pod: KubeObject, family: ReadonlySet<string>): boolean {
  return family.has(uidOf(pod)) || family.has(controllerOf(pod)?.uid ?? '');
}
