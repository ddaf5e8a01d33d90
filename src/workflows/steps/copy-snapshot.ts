import type { SnapshotRef } from '../../domain/plan.js';
import { failure } from '../failures.js';
import { defineStep } from '../step.js';

/** The target read the snapshot from its own store, opened it with its own key, and found the same manifest digest. */
export const copySnapshot = defineStep<SnapshotRef, string>({
  name: 'copy-snapshot',
  title: 'Copying the snapshot and opening it at the target',
  async do({ at, source, target }, snapshot) {
    await at(source).ensureSnapshotCopied({ snapshot });
    const read = await at(target).readSnapshotBack({ snapshot });
    if (read.digest !== snapshot.digest || read.objects !== snapshot.objects) throw failure('SnapshotDamaged', `The target read ${read.objects} objects of ${snapshot.objects}.`);
    return `${read.objects} objects opened at the target`;
  },
  note: (said) => said,
});
