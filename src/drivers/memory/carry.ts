import { mark } from '../../domain/names.js';
import type { Plan } from '../../domain/plan.js';
import type { RawObject } from '../../ports/objects.js';
import { restoreOriginal, setLabel, setNoting, specOf } from './raw.js';
import { isScaled } from './selection.js';

/** The object as it was before any run touched it: originals back, our marks and the cluster's own fields gone. */
export function cleaned(object: RawObject): RawObject {
  const copy = structuredClone(object);
  restoreOriginal(copy);
  setLabel(copy, mark.run, null);
  setLabel(copy, mark.staged, null);
  delete copy['status'];
  for (const field of ['uid', 'resourceVersion', 'creationTimestamp', 'generation', 'managedFields']) delete copy.metadata[field];
  return copy;
}

/** Stands, but does nothing: scale 0, suspended. The original is noted on the object. */
export function inert(object: RawObject, run: string): RawObject {
  const copy = structuredClone(object);
  setLabel(copy, mark.run, run);
  setLabel(copy, mark.staged, 'true');
  const stop = (field: string, value: unknown) => setNoting(copy, run, { [field]: value });
  if (isScaled(copy)) stop('replicas', 0);
  if (copy.kind === 'CronJob' && specOf(copy)['suspend'] !== true) stop('suspend', true);
  return copy;
}

/** A PV that leads to the plan's volume at `site`, bound to its claim by name, Retain. */
export function pointedAt(object: RawObject, plan: Plan, site: string): RawObject {
  const copy = structuredClone(object);
  const volume = plan.volumes.find((v) => v.persistentVolume === copy.metadata.name);
  const spec = specOf(copy);
  spec['csi'] = { driver: volume?.driver, volumeHandle: volume?.handles[site] };
  setNoting(copy, plan.run, { persistentVolumeReclaimPolicy: 'Retain' });
  delete spec['nodeAffinity'];
  return copy;
}
