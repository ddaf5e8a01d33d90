import { ChangeoverError } from '../../../domain/errors.js';
import type { Plan } from '../../../domain/plan.js';
import { mark } from '../../../domain/names.js';
import { labelsOf, type KubeObject } from '../../../domain/restore/object.js';
import { givenBack, originalOf } from '../../../domain/restore/original.js';
import { settled, standingOf } from '../../../domain/restore/standing.js';
import { claimOf, endOf, reclaimPolicyOf, retained } from '../../../domain/restore/volumes.js';
import type { Work } from '../../../ports/work.js';
import { pathOf, type Kube } from '../kube.js';
import { ensureChanged } from './change.js';
import { inPool } from './pool.js';
import { listOf, resources } from './resources.js';

/** The PVs of the application here: those that lead to a planned handle, and those that a planned claim has, whatever their names. */
export async function plannedVolumes(kube: Kube, plan: Plan): Promise<readonly KubeObject[]> {
  if (plan.volumes.length === 0) return [];
  const ends = new Set(plan.volumes.map((volume) => `${volume.driver} ${volume.handles[kube.site] ?? ''}`));
  const claims = new Set(plan.volumes.map((volume) => `${plan.application.namespace}/${volume.claim}`));
  return (await listOf(kube, resources.volumes)).filter((volume) => {
    const { driver, handle } = endOf(volume);
    return ends.has(`${driver ?? ''} ${handle ?? ''}`) || claims.has(claimOf(volume) ?? '');
  });
}

const nameOf = (volume: KubeObject): string => `PersistentVolume/${volume.metadata.name}`;
const pathTo = (volume: KubeObject): string => pathOf(resources.volumes, undefined, volume.metadata.name);

/** See `Objects.ensureVolumesRetained`. At the source every planned volume must be there; the target may have none yet. */
export async function ensureVolumesRetained(kube: Kube, plan: Plan, work: Work): Promise<readonly string[]> {
  const volumes = await plannedVolumes(kube, plan);
  if (kube.site === plan.source) {
    const present = new Set(volumes.map((volume) => volume.metadata.name));
    const missing = plan.volumes.filter((volume) => !present.has(volume.persistentVolume)).map((volume) => volume.persistentVolume);
    if (missing.length > 0) throw new ChangeoverError('NotRetained', `These volumes of the plan are not on ${kube.site}: ${missing.join(', ')}.`);
  }
  await inPool(volumes.filter((volume) => reclaimPolicyOf(volume) !== 'Retain'), async (object) => {
    await work.guard();
    await ensureChanged(kube, { path: pathTo(object), object }, (now) => marked(retained(now, plan.run), plan.run));
  });
  const after = await plannedVolumes(kube, plan);
  const unsafe = after.filter((volume) => reclaimPolicyOf(volume) !== 'Retain').map(nameOf);
  if (unsafe.length > 0) throw new ChangeoverError('NotRetained', `On ${kube.site} not Retain: ${unsafe.join(', ')}.`, { reasons: unsafe });
  return after.map(nameOf);
}

function marked(volume: KubeObject, run: string): KubeObject {
  return { ...volume, metadata: { ...volume.metadata, labels: { ...labelsOf(volume), [mark.run]: run } } };
}

/** See `Objects.ensureVolumePoliciesRestored`. A volume that only stands by keeps `Retain`: its site is not the writer. */
export async function ensureVolumePoliciesRestored(kube: Kube, plan: Plan, work: Work): Promise<readonly string[]> {
  const changed = (await plannedVolumes(kube, plan)).filter((volume) => originalOf(volume) !== null && standingOf(volume) === null);
  const left = new Map<string, readonly string[]>();
  await inPool(changed, async (object) => {
    await work.guard();
    await ensureChanged(kube, { path: pathTo(object), object }, (now) => {
      const given = givenBack(now);
      left.set(nameOf(now), given.left);
      return settled(given.object);
    });
  });
  return [...changed.map(nameOf), ...[...left.values()].flat()];
}
