import { ChangeoverError } from '../../../domain/errors.js';
import { mark } from '../../../domain/names.js';
import type { Plan } from '../../../domain/plan.js';
import { fieldsOf, idOf, listOf as entriesOf, resourceVersionOf, runOf, textOf, uidOf, type KubeObject } from '../../../domain/restore/object.js';
import { standingOf } from '../../../domain/restore/standing.js';
import { endOf, reclaimPolicyOf } from '../../../domain/restore/volumes.js';
import { WAVES, waveOf } from '../../../domain/restore/waves.js';
import type { Work } from '../../../ports/work.js';
import type { Kube } from '../kube.js';
import { collectMarked } from './collect.js';
import { ensureNamespaceRemoved } from './namespace.js';
import { inPool } from './pool.js';
import { getOne, indexOf, listOf, resources } from './resources.js';

const REPLICATED = 'a replicated volume stands behind it';

/** Only a label that this run wrote when it created the object permits its deletion. */
function isCreatedBy(object: KubeObject, run: string): boolean {
  return runOf(object) === run && standingOf(object) === 'created';
}

/** See `Objects.ensureUnstaged`. Newest wave first; what may not go is left and said. */
export async function ensureUnstaged(kube: Kube, plan: Plan, work: Work): Promise<{ removed: number; left: readonly string[] }> {
  const label = `${mark.run}=${plan.run},${mark.staged}=created`;
  const [index, namespaced, volumes] = await Promise.all([
    indexOf(kube),
    // Stashes carry no label of the application, so the run's own mark is asked for in the whole namespace.
    collectMarked(kube, { namespace: plan.application.namespace, labels: [] }, label),
    listOf(kube, resources.volumes, { query: { labelSelector: label } }),
  ]);
  const left: string[] = [];
  let removed = 0;
  const remove = async (object: KubeObject): Promise<void> => {
    const outcome = await removeCreated(kube, { path: index.pathOf(object), object, plan, work });
    if (outcome === null) removed += 1;
    else left.push(`${idOf(object)}: ${outcome}`);
  };
  for (let wave = WAVES - 1; wave >= 0; wave -= 1) {
    await inPool(namespaced.filter((object) => waveOf(object) === wave), remove);
  }
  // Volumes after their claims: a claim that was left keeps its volume.
  await inPool(volumes, remove);
  const namespace = await ensureNamespaceRemoved(kube, plan, work);
  if (namespace !== null) left.push(namespace);
  work.report(`${removed} objects were removed from ${kube.site}${left.length === 0 ? '' : `; left: ${left.join('; ')}`}`);
  return { removed, left };
}

/** A finalizer that somebody put there keeps a deleted object for as long as they like; those of Kubernetes itself go in a moment. */
function keptBy(object: KubeObject): string | null {
  const foreign = entriesOf(object.metadata['finalizers']).map(textOf).filter((finalizer) => !finalizer.startsWith('kubernetes.io/'));
  return foreign.length === 0 ? null : `it is deleted, and kept by the finalizer ${foreign.join(', ')}`;
}

/** Null when the object is gone, otherwise why it was left. Deletes exactly the version that was read. */
async function removeCreated(kube: Kube, target: { path: string; object: KubeObject; plan: Plan; work: Work }): Promise<string | null> {
  const { path, plan, work } = target;
  let object: KubeObject | null = target.object;
  for (;;) {
    if (object === null) return null;
    if (!isCreatedBy(object, plan.run)) return 'it no longer carries the mark of this run';
    const reason = await reasonToKeep(kube, object, plan);
    if (reason !== null) return reason;
    await work.guard();
    try {
      await kube.remove(path, { uid: uidOf(object), resourceVersion: resourceVersionOf(object), propagation: 'Background' });
      return keptBy(object);
    } catch (error) {
      if (!(error instanceof ChangeoverError) || error.code !== 'Conflict') throw error;
      work.signal.throwIfAborted();
      const now: KubeObject | null = await kube.get(path);
      object = now === null ? null : { ...now, apiVersion: object.apiVersion, kind: object.kind };
    }
  }
}

/** Volumes and claims: never one behind which a replicated volume stands (law 10); others only with `Retain` read now. */
async function reasonToKeep(kube: Kube, object: KubeObject, plan: Plan): Promise<string | null> {
  if (object.apiVersion !== 'v1') return null;
  if (object.kind === 'PersistentVolume') return reasonToKeepVolume(object, plan, kube.site);
  if (object.kind !== 'PersistentVolumeClaim') return null;
  const name = textOf(fieldsOf(object['spec'])['volumeName']);
  const planned = plan.volumes.some((volume) => volume.claim === object.metadata.name);
  if (planned && plan.replication !== null) return REPLICATED;
  if (name === '') return null;
  const volume = await getOne(kube, resources.volumes, { name });
  return volume === null ? null : reasonToKeepVolume(volume, plan, kube.site);
}

function reasonToKeepVolume(volume: KubeObject, plan: Plan, site: string): string | null {
  const { handle } = endOf(volume);
  const planned = plan.volumes.some((candidate) => candidate.persistentVolume === volume.metadata.name || (handle !== null && candidate.handles[site] === handle));
  if (planned && plan.replication !== null) return REPLICATED;
  return reclaimPolicyOf(volume) === 'Retain' ? null : `its volume is ${reclaimPolicyOf(volume)}, not Retain`;
}
