import { ChangeoverError } from '../domain/errors.js';
import type { Plan } from '../domain/plan.js';
import { isSteady } from '../domain/restore/steady.js';
import type { SitePorts } from '../ports/index.js';
import type { Capture, Strays } from '../ports/objects.js';
import type { Work } from '../ports/work.js';

/** What was staged, and what became of it since. */
interface Staged {
  readonly captured: Capture;
  readonly strays: Strays;
}

/** Null where nothing was staged: on the way back what stood by comes to life again. */
export async function stagedAt({ objects, snapshots }: Pick<SitePorts, 'objects' | 'snapshots'>, plan: Plan): Promise<Staged | null> {
  if (plan.procedure === 'turn-back') return null;
  const captured = await snapshots.readTagged(plan.unit.name, plan.run).catch(absentIfLost);
  return captured === null ? null : { captured, strays: await objects.compareStaged(plan, captured) };
}

/** After the line a snapshot that is lost must not keep the application from starting: it stands staged, as it was proven before. */
function absentIfLost(error: unknown): null {
  if (error instanceof ChangeoverError && (error.code === 'NotFound' || error.code === 'SnapshotDamaged')) return null;
  throw error;
}

/**
 * What somebody took away or changed after it was staged is staged again, from the site's own snapshot, behind the fence that is
 * still on: what starts is what was captured. Says what that was.
 */
export async function ensureWhole({ objects }: Pick<SitePorts, 'objects'>, plan: Plan, { staged, work }: { staged: Staged | null; work: Work }): Promise<readonly string[]> {
  const astray = staged === null ? [] : [...staged.strays.missing, ...staged.strays.changed];
  if (staged === null || astray.length === 0) return [];
  work.report(`staging again what somebody removed or changed: ${astray.join(', ')}`);
  await objects.ensureStaged(plan, staged.captured, work);
  return [`staged again, since somebody had removed or changed it: ${astray.join(', ')}`];
}

/**
 * Every workload that was captured at the source stands there: an application of which one was deleted meanwhile does not serve again.
 * It is not made again here, since an undo gives back what the run changed and nothing else.
 * @throws ObjectChanged naming what is gone.
 */
export async function assertStands({ objects, snapshots, site }: Pick<SitePorts, 'objects' | 'snapshots' | 'site'>, plan: Plan): Promise<void> {
  const captured = await snapshots.readTagged(plan.unit.name, plan.run).catch(absentIfLost);
  if (captured === null) return;
  const { missing: gone } = await objects.compareStaged(plan, { ...captured, objects: captured.objects.filter(isSteady) });
  if (gone.length > 0) throw new ChangeoverError('ObjectChanged', `${gone.join(', ')} ${gone.length === 1 ? 'is' : 'are'} gone from ${site}, and not by this run, so the application does not serve there. Apply ${gone.length === 1 ? 'it' : 'them'} again from where ${plan.unit.name} is kept, then retry.`);
}
