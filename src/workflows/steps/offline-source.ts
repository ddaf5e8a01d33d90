import { CancellationScope, sleep } from '@temporalio/workflow';
import type { RoleReading } from '../../activities/inspection.js';
import { failure } from '../failures.js';
import { defineStep, type StepRun } from '../step.js';
import type { SourceOffline } from '../../domain/proofs.js';

const READINGS = 10;
const BETWEEN_READINGS_MS = 2_000;

/** How long a target that a person says is off is given to contradict. */
const CONTRADICT_WITHIN_MS = 15_000;

/**
 * In this order: nobody may write; fence on, proved by a pod that was denied; workloads stopped by kind; no pod mounts the claims;
 * attachments gone where the driver attaches; storage says no volume is open.
 */
export const offlineSource = defineStep<void, SourceOffline>({
  name: 'offline-source',
  title: 'Taking the application offline at the source',
  do: ({ at, source }) => at(source).ensureOffline(),
  /** Only to a known good state: source Primary and target not Primary, read now. */
  async undo(run) {
    const { plan, source } = run;
    const attested = run.attested('attest-target-off');
    const target = plan.replication === null ? null : attested ? await glanceAtTarget(run) : await readTarget(run);
    const unseen = target === null || target.role === 'unreadable';
    await run.at(source).ensureOnline({ target, attestedOff: plan.replication === null || (attested && unseen) });
  },
  undoWays: ['attest-target-off'],
  olderUndosWait: true,
  note: (proof) => `fence: ${proof.fence}; stopped: ${proof.stopped.join(', ')}`,
});

/** A target that blinks is read again; one that stays away needs a person. */
async function readTarget(run: StepRun): Promise<RoleReading> {
  for (let reading = 1; ; reading += 1) {
    const seen = await run.at(run.target).observeRole();
    if (seen.role !== 'unreadable') return seen;
    if (reading >= READINGS) throw failure('NeedsDecision', `The role at ${run.target} cannot be read (${seen.state}): it may be Primary, so the source is not started.`);
    await sleep(BETWEEN_READINGS_MS, { summary: `until the role at ${run.target} can be read` });
  }
}

/** A site that answers is believed more than a person who says that it is off. */
async function glanceAtTarget(run: StepRun): Promise<RoleReading | null> {
  try {
    return await CancellationScope.withTimeout(CONTRADICT_WITHIN_MS, () => run.at(run.target).observeRole());
  } catch {
    return null;
  }
}
