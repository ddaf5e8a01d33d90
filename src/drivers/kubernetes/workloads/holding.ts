import { setImmediate as afterWhatIsDue } from 'node:timers/promises';
import { mark } from '../../../domain/names.js';
import type { Application } from '../../../domain/plan.js';
import { inert } from '../../../domain/restore/inert.js';
import { idOf, labelsOf, uidOf, type KubeObject } from '../../../domain/restore/object.js';
import { activated, givenBack, originalOf } from '../../../domain/restore/original.js';
import { settled, standingOf } from '../../../domain/restore/standing.js';
import type { Work } from '../../../ports/work.js';
import type { Kube } from '../kube.js';
import { ensureChanged } from '../objects/change.js';
import { findMembers, type Member, type Members } from './members.js';

type Towards = (object: KubeObject) => KubeObject;

/** Held, with the run's label beside the original: both in the one patch that stops it. */
export function heldBy(run: string): Towards {
  return (object) => {
    const held = inert(object, run);
    if (held === object) return object;
    if (standingOf(object) !== null) return held;
    return { ...held, metadata: { ...held.metadata, labels: { ...labelsOf(held), [mark.run]: run } } };
  };
}

/** As it was. The run's label goes with it, unless the object is staged: then it is settled at the end, with all others. */
export function releasedFromHold(object: KubeObject): KubeObject {
  if (originalOf(object) === null) return object;
  const active = activated(object);
  return standingOf(active) === null ? settled(active) : active;
}

/** An undo gives back what the run set, and leaves what someone else set since. `left`: a sentence for each of those, from the last look at each object. */
export function givingBack(): { readonly towards: Towards; readonly left: () => readonly string[] } {
  const found = new Map<string, readonly string[]>();
  return {
    towards: (object) => {
      if (originalOf(object) === null) return object;
      const { object: given, left } = givenBack(object);
      found.set(idOf(object), left);
      return standingOf(given) === null ? settled(given) : given;
    },
    left: () => [...found.values()].flat(),
  };
}

interface Outcome {
  readonly member: Member;
  readonly changed: boolean;
}

interface Change {
  readonly work: Work;
  readonly towards: Towards;
  /** A guard that was asked beside the look; absent: it is asked now. */
  readonly guarded?: Promise<void>;
}

/** Changes all members at once, each in one request. One guard: they leave together. What is gone is left out. */
async function change(kube: Kube, members: readonly Member[], how: Change): Promise<readonly Outcome[]> {
  if (members.length === 0) return [];
  await (how.guarded ?? how.work.guard());
  const done = await Promise.all(
    members.map(async (member): Promise<Outcome | null> => {
      const changed = await ensureChanged(kube, { path: member.path, object: member.object }, how.towards);
      return changed === null ? null : { member: { ...member, object: changed.object }, changed: changed.changed };
    }),
  );
  return done.filter((outcome) => outcome !== null);
}

export async function changeTogether(kube: Kube, members: readonly Member[], how: { work: Work; towards: Towards }): Promise<readonly Member[]> {
  return (await change(kube, members, how)).map(({ member }) => member);
}

export interface ChangedWorkloads extends Omit<Members, 'workloads'> {
  readonly workloads: readonly Member[];
}

/**
 * Changes every workload of the application inside the outage. What the server's cache shows is changed immediately; what it did not
 * show, or showed as if nothing were to do, is looked at again when the fresh lists are there. A change holds only for the version
 * that was read, so an old look costs a second request and never a wrong write.
 */
export async function changeWorkloads(kube: Kube, application: Application, how: { work: Work; towards: Towards }): Promise<ChangedWorkloads> {
  const guarded = how.work.guard();
  // Its failure is thrown with the first change; until then nobody listens to it.
  guarded.catch(() => undefined);
  const seen = await findMembers(kube, application, 'at-once');
  const changing = change(kube, seen.workloads, { ...how, guarded });
  // The changes leave first: the fresh lists are many, and nothing waits for them but the second look.
  const fresh = guarded.then(() => afterWhatIsDue()).then(() => findMembers(kube, application, 'now'));
  const [first, { workloads, makers }] = await Promise.all([changing, fresh]);
  const changed = new Map(first.filter((outcome) => outcome.changed).map(({ member }) => [uidOf(member.object), member]));
  const rest = workloads.filter(({ object }) => !changed.has(uidOf(object)));
  const later = await change(kube, rest, how);
  const after = new Map([...changed, ...later.map(({ member }): [string, Member] => [uidOf(member.object), member])]);
  return { workloads: workloads.flatMap(({ object }) => after.get(uidOf(object)) ?? []), makers };
}

export function idsOf(members: readonly Member[]): readonly string[] {
  return members.map(({ object }) => idOf(object));
}
