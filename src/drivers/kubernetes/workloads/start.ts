import { randomUUID } from 'node:crypto';
import { PREFIX } from '../../../domain/names.js';
import type { Plan } from '../../../domain/plan.js';
import { mark } from '../../../domain/names.js';
import { annotationsOf, labelsOf, resourceVersionOf, uidOf, type KubeObject } from '../../../domain/restore/object.js';
import { originalOf } from '../../../domain/restore/original.js';
import { sameContent } from '../../../domain/restore/same.js';
import { matcherOf } from '../../../domain/restore/selector.js';
import { standingOf } from '../../../domain/restore/standing.js';
import { isStash, STASH_LABEL, unstashed } from '../../../domain/restore/stash.js';
import type { Work } from '../../../ports/work.js';
import type { Kube } from '../kube.js';
import { indexOf, listOf, resources } from '../objects/resources.js';
import { pathOf } from '../kube.js';
import { changeTogether, changeWorkloads, givingBack, idsOf, releasedFromHold } from './holding.js';
import { awaitReady, readyReason } from './ready.js';

/**
 * Annotation whose change makes a controller look again at once: after pods were denied by the fence it waits longer and longer
 * before it tries the next time. Deployments hand annotations on to their ReplicaSets, whose controller is the one that waits; they
 * do not take them back, so each nudge is another one.
 */
const NUDGE = `${PREFIX}/nudged`;

/** See `Workloads.ensureStarted`. */
export async function ensureStarted(kube: Kube, plan: Plan, { work, troublesAfterMs }: { work: Work; troublesAfterMs: number }): Promise<readonly string[]> {
  const back = kube.site === plan.source ? givingBack() : null;
  const release = back?.towards ?? releasedFromHold;
  const towards = (object: KubeObject): KubeObject => {
    const given = originalOf(object) === null ? object : release(object);
    // A spec that changes wakes its controller. One that is as wished already, since someone else set it behind the fence, does not.
    return sameContent(given['spec'], object['spec']) ? nudged(given) : given;
  };
  const [{ workloads: started, makers }] = await Promise.all([changeWorkloads(kube, plan.application, { work, towards }), releaseStashed(kube, plan, work)]);
  await awaitReady(kube, { plan, members: started, makers, work, troublesAfterMs });
  await changeTogether(kube, started.filter(({ object }) => annotationsOf(object)[NUDGE] !== undefined), { work, towards: unnudged });
  return [...idsOf(started), ...(back?.left() ?? [])];
}

function nudged(object: KubeObject): KubeObject {
  if (readyReason(object) === null) return object;
  return { ...object, metadata: { ...object.metadata, annotations: { ...annotationsOf(object), [NUDGE]: randomUUID() } } };
}

function unnudged(object: KubeObject): KubeObject {
  const { [NUDGE]: nudge, ...annotations } = annotationsOf(object);
  return nudge === undefined ? object : { ...object, metadata: { ...object.metadata, annotations } };
}

/** Custom resources that stood held become objects; the Secret that held each goes when its object stands. */
async function releaseStashed(kube: Kube, plan: Plan, work: Work): Promise<void> {
  const { namespace } = plan.application;
  const isSelected = matcherOf(plan.application);
  const stashes = (await listOf(kube, resources.secrets, { namespace, query: { labelSelector: STASH_LABEL } })).filter(
    (secret) => isStash(secret) && isSelected(secret.metadata.labels) && standingOf(secret) !== 'superseded',
  );
  if (stashes.length === 0) return;
  const index = await indexOf(kube);
  await work.guard();
  await Promise.all(
    stashes.map(async (stash) => {
      const object = unstashed(stash);
      const run = labelsOf(stash)[mark.run] ?? plan.run;
      const labelled = { ...object, metadata: { ...object.metadata, labels: { ...labelsOf(object), [mark.run]: run } } };
      await kube.apply(index.pathOf(object), labelled, { force: true, signal: work.signal });
      await kube.remove(pathOf(resources.secrets, namespace, stash.metadata.name), { uid: uidOf(stash), resourceVersion: resourceVersionOf(stash) });
    }),
  );
}

