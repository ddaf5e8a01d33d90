import type { Plan } from '../../../domain/plan.js';
import { mark } from '../../../domain/names.js';
import { idOf, keyOf, runOf, uidOf, type KubeObject } from '../../../domain/restore/object.js';
import { standing, standingOf } from '../../../domain/restore/standing.js';
import type { Work } from '../../../ports/work.js';
import type { Kube } from '../kube.js';
import { ensureChanged } from './change.js';
import { collectMarked } from './collect.js';
import { inPool } from './pool.js';
import { indexOf } from './resources.js';
import type { Candidate } from './staging.js';

/**
 * What stands by here but is no longer part of the application must not come to life with it: what this run created (the source has
 * lost it since) is removed, what stood here before is marked and left for a person.
 */
export async function ensureOnlyCaptured(kube: Kube, options: { plan: Plan; captured: readonly Candidate[]; work: Work }): Promise<void> {
  const { plan, captured, work } = options;
  const keys = new Set(captured.flatMap(({ real, held }) => [keyOf(real), keyOf(held)]));
  const index = await indexOf(kube);
  const left = (await collectMarked(kube, plan.application, mark.staged)).filter((object) => !keys.has(keyOf(object)));
  await inPool(left, async (object: KubeObject) => {
    const created = standingOf(object) === 'created' && runOf(object) === plan.run;
    if (standingOf(object) === 'superseded' && runOf(object) === plan.run) return;
    await work.guard();
    if (created && object.kind !== 'PersistentVolumeClaim') {
      work.report(`removing ${idOf(object)} from ${kube.site}: the source no longer has it`);
      await kube.remove(index.pathOf(object), { uid: uidOf(object), propagation: 'Background' });
    } else {
      work.report(`${idOf(object)} on ${kube.site} is no longer part of the application; it stays inert`);
      await ensureChanged(kube, { path: index.pathOf(object), object }, (now) => standing(now, plan.run, 'superseded'));
    }
  });
}
