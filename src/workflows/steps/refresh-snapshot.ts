import type { SnapshotRef } from '../../domain/plan.js';
import { defineStep } from '../step.js';
import { copySnapshot } from './copy-snapshot.js';
import { stageAgain } from './stage-target.js';

/** What changed since the capture is captured, copied and staged: the tag is on the latest. */
export const refreshSnapshot = defineStep<SnapshotRef, SnapshotRef>({
  name: 'refresh-snapshot',
  title: 'Bringing the snapshot up to date',
  async do(run, snapshot) {
    const latest = await run.at(run.source).ensureRefreshed();
    if (latest.digest === snapshot.digest) return snapshot;
    await copySnapshot.do(run, latest);
    await stageAgain(run, latest);
    return latest;
  },
  note: (latest) => `digest ${latest.digest.slice(0, 12)}`,
});
