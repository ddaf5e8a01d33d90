import { createHash } from 'node:crypto';
import { ChangeoverError } from '../../domain/errors.js';
import type { SnapshotRef } from '../../domain/plan.js';
import type { Capture } from '../../ports/objects.js';
import type { Snapshots } from '../../ports/snapshots.js';
import { isoOf } from './clock.js';
import { siteOf, type Core } from './core.js';
import { canonical, keyOf } from './raw.js';
import type { SiteState } from './state.js';

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

function digestOf(capture: Capture): string {
  const manifest = capture.objects.map((o) => [keyOf(o), sha256(canonical(o))]).toSorted(([a = ''], [b = '']) => (a < b ? -1 : 1));
  return sha256(canonical({ namespace: capture.namespace, references: capture.references, manifest }));
}

export function createSnapshots(core: Core, site: SiteState): Snapshots {
  const stored = (ref: Pick<SnapshotRef, 'id'>) => {
    const found = site.snapshots.get(ref.id);
    if (found === undefined) throw new ChangeoverError('NotFound', `${site.site} does not have snapshot ${ref.id}.`);
    return found;
  };
  const read = async ({ id }: Pick<SnapshotRef, 'id'>) => {
    const { capture, damaged, recipients } = stored({ id });
    if (damaged) throw new ChangeoverError('SnapshotDamaged', `Snapshot ${id} on ${site.site} cannot be read back as it was written.`);
    if (!recipients.includes(site.site)) throw new ChangeoverError('SnapshotDamaged', `Snapshot ${id} was not sealed for ${site.site}.`);
    return structuredClone(capture);
  };
  return {
    digestOf,
    write: async (unit, capture, recipients) => {
      const digest = digestOf(capture);
      const id = `${unit}-${digest.slice(0, 12)}`;
      const kept = site.snapshots.get(id);
      const at = kept !== undefined && !kept.damaged ? kept.at : isoOf(core.clock);
      core.change(`snapshot on ${site.site}`, () => site.snapshots.set(id, { capture: structuredClone(capture), recipients: [...recipients], at, damaged: false }));
      return { id, digest, objects: capture.objects.length, bytes: canonical(capture).length, at };
    },
    read,
    copyTo: async (ref, to) => {
      const found = stored(ref);
      const peer = siteOf(core, to);
      if (!peer.reachable) throw new ChangeoverError('Unreachable', `The snapshot store of ${to} does not answer.`);
      const there = peer.snapshots.get(ref.id);
      if (there === undefined || there.damaged) core.change(`snapshot copied to ${to}`, () => peer.snapshots.set(ref.id, structuredClone(found)));
    },
    tag: async (unit, run, ref) => {
      stored(ref);
      core.change(`snapshot tag on ${site.site}`, () => site.tags.set(`${unit}/${run}`, ref.id));
    },
    readTagged: async (unit, run) => {
      const id = site.tags.get(`${unit}/${run}`);
      return id === undefined ? null : read({ id });
    },
    untag: async (unit, run) => void core.change(`snapshot tag on ${site.site}`, () => site.tags.delete(`${unit}/${run}`)),
  };
}
