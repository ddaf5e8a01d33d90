import type { SnapshotRef } from '../../domain/plan.js';
import type { SnapshotConfirmed } from '../../domain/proofs.js';
import { failure } from '../failures.js';
import { defineStep } from '../step.js';
import { copySnapshot } from './copy-snapshot.js';
import { stageAgain } from './stage-target.js';

const TRIES = 3;

interface Confirmed {
  readonly proof: SnapshotConfirmed;
  /** The snapshot that stands at the target now: another try compares with this one. */
  readonly snapshot: SnapshotRef;
}

/** No object changed since the tag except by us; otherwise captured, copied, staged, and the tag moved. */
export const confirmSnapshot = defineStep<SnapshotRef, Confirmed>({
  name: 'confirm-snapshot',
  title: 'Confirming that the snapshot is what the source last was',
  async do(run, snapshot) {
    let latest = snapshot;
    for (let tries = 1; tries <= TRIES; tries += 1) {
      const { proof, current } = await run.at(run.source).confirmSnapshot({ snapshot: latest });
      if (proof !== null) return { proof, snapshot: latest };
      await copySnapshot.do(run, current);
      await stageAgain(run, current);
      latest = current;
    }
    throw failure('ObjectChanged', 'The application\'s objects keep changing although it is offline; someone else is at work on them.');
  },
  note: ({ proof }) => `digest ${proof.digest.slice(0, 12)}`,
});
