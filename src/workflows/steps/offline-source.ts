import { sleep } from '@temporalio/workflow';
import type { RoleReading } from '../../activities/inspection.js';
import { failure } from '../failures.js';
import { defineStep, type StepRun } from '../step.js';
import type { SourceOffline } from '../../domain/proofs.js';

const READINGS = 10;
const BETWEEN_READINGS_MS = 2_000;

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
    const attestedOff = run.attested('attest-target-off');
    const target = attestedOff || run.plan.replication === null ? null : await readTarget(run);
    await run.at(run.source).ensureOnline({ target, attestedOff: attestedOff || run.plan.replication === null });
  },
  undoWays: ['attest-target-off'],
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
