import type { Plan } from '../../../domain/plan.js';
import { inert, holdClassOf } from '../../../domain/restore/inert.js';
import { originalOf } from '../../../domain/restore/original.js';
import type { Work } from '../../../ports/work.js';
import type { Kube } from '../kube.js';
import { apiVersionOf, listable } from '../objects/resources.js';
import { changeTogether, givingBack, heldBy, idsOf, releasedFromHold } from './holding.js';
import { findOf, type Member } from './members.js';

/** All members of the kinds that this site serves and that are held in one of these ways. */
async function heldKinds(kube: Kube, plan: Plan, classes: readonly string[]): Promise<readonly Member[]> {
  const kinds = listable(await kube.discover()).filter((resource) => classes.includes(holdClassOf({ apiVersion: apiVersionOf(resource), kind: resource.kind }) ?? ''));
  return (await Promise.all(kinds.map((resource) => findOf(kube, plan.application, resource)))).flat();
}

/** See `Workloads.ensureFrozen`. Outside the outage: the application still serves. */
export async function ensureFrozen(kube: Kube, plan: Plan, work: Work): Promise<readonly string[]> {
  const members = (await heldKinds(kube, plan, ['freeze'])).filter(({ object }) => inert(object, plan.run) !== object);
  work.report(`freezing ${members.length} schedules and autoscalers on ${kube.site}`);
  return idsOf(await changeTogether(kube, members, { work, towards: heldBy(plan.run) }));
}

/** See `Workloads.ensureThawed`. What staging held back from publishing comes back here too. */
export async function ensureThawed(kube: Kube, plan: Plan, work: Work): Promise<readonly string[]> {
  const members = (await heldKinds(kube, plan, ['freeze', 'outward'])).filter(({ object }) => originalOf(object) !== null);
  work.report(`thawing ${members.length} objects on ${kube.site}`);
  if (kube.site !== plan.source) return idsOf(await changeTogether(kube, members, { work, towards: releasedFromHold }));
  const { towards, left } = givingBack();
  return [...idsOf(await changeTogether(kube, members, { work, towards })), ...left()];
}
