import { mark } from '../../../domain/names.js';
import type { Plan } from '../../../domain/plan.js';
import { isCarried } from '../../../domain/restore/carried.js';
import { controllerOf, type KubeObject } from '../../../domain/restore/object.js';
import { settled, standing, standingOf } from '../../../domain/restore/standing.js';
import type { Work } from '../../../ports/work.js';
import type { Kube } from '../kube.js';
import { ensureChanged } from './change.js';
import { collect, collectMarked } from './collect.js';
import { inPool } from './pool.js';
import { plannedVolumes } from './retain.js';
import { getOne, indexOf, resources } from './resources.js';
import { isShared } from './staging.js';

/**
 * See `Objects.ensureSettled`. At the new writer the objects become the application's own: the run's labels go. At the former writer
 * they become what stands by, so that the way back may write over them. Elsewhere nothing is to be settled.
 */
export async function ensureSettled(kube: Kube, plan: Plan, work: Work): Promise<void> {
  if (kube.site === plan.target) await settleWriter(kube, plan, work);
  else if (kube.site === plan.source) await settleStandby(kube, plan, work);
}

async function settleWriter(kube: Kube, plan: Plan, work: Work): Promise<void> {
  const [marked, volumes, namespace] = await Promise.all([
    collectMarked(kube, plan.application, mark.run),
    plannedVolumes(kube, plan),
    getOne(kube, resources.namespaces, { name: plan.application.namespace }),
  ]);
  const objects = [...marked, ...volumes, ...(namespace === null ? [] : [namespace])].filter((object) => standingOf(object) !== 'superseded');
  await changeAll(kube, objects, { work, towards: settled });
}

async function settleStandby(kube: Kube, plan: Plan, work: Work): Promise<void> {
  const [selected, volumes] = await Promise.all([collect(kube, plan.application), plannedVolumes(kube, plan)]);
  const own = selected.filter((object) => isCarried(object) && controllerOf(object) === null && !isShared(object) && standingOf(object) !== 'superseded');
  await changeAll(kube, [...own, ...volumes], { work, towards: (object) => standing(object, plan.run, 'standby') });
}

async function changeAll(kube: Kube, objects: readonly KubeObject[], how: { work: Work; towards: (object: KubeObject) => KubeObject }): Promise<void> {
  const index = await indexOf(kube);
  how.work.report(`settling the marks of ${objects.length} objects on ${kube.site}`);
  await inPool(objects, async (object) => {
    await how.work.guard();
    await ensureChanged(kube, { path: index.pathOf(object), object }, how.towards);
  });
}
