import { mark } from '../../../domain/names.js';
import { inert } from '../../../domain/restore/inert.js';
import { idOf, labelsOf, type KubeObject } from '../../../domain/restore/object.js';
import { activated, originalOf } from '../../../domain/restore/original.js';
import { settled, standingOf } from '../../../domain/restore/standing.js';
import type { Work } from '../../../ports/work.js';
import type { Kube } from '../kube.js';
import { ensureChanged } from '../objects/change.js';
import type { Member } from './members.js';

/** Held, with the run's label beside the original: both in the one patch that stops it. */
export function heldBy(run: string): (object: KubeObject) => KubeObject {
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

/** Changes all members at once, each in one request; returns those that exist, as they are now. One guard: they leave together. */
export async function changeTogether(kube: Kube, members: readonly Member[], how: { work: Work; towards: (object: KubeObject) => KubeObject }): Promise<readonly Member[]> {
  if (members.length === 0) return [];
  await how.work.guard();
  const done = await Promise.all(
    members.map(async (member): Promise<Member | null> => {
      const changed = await ensureChanged(kube, { path: member.path, object: member.object }, how.towards);
      return changed === null ? null : { ...member, object: changed.object };
    }),
  );
  return done.filter((member) => member !== null);
}

export function idsOf(members: readonly Member[]): readonly string[] {
  return members.map(({ object }) => idOf(object));
}
