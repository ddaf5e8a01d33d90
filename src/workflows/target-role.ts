import { CancellationScope, sleep } from '@temporalio/workflow';
import type { RoleReading } from '../activities/inspection.js';
import { failure } from './failures.js';
import type { StepRun } from './step.js';

const READINGS = 10;
const BETWEEN_READINGS_MS = 2_000;

/** How long a target that a person says is off is given to contradict. */
const CONTRADICT_WITHIN_MS = 15_000;

/** A target that blinks is read again; one that stays away needs a person. */
export async function readTarget(run: StepRun): Promise<RoleReading> {
  for (let reading = 1; ; reading += 1) {
    const seen = await run.at(run.target).observeRole();
    if (seen.role !== 'unreadable') return seen;
    if (reading >= READINGS) throw failure('NeedsDecision', `The role at ${run.target} cannot be read (${seen.state}): it may be Primary, so the source is not started.`);
    await sleep(BETWEEN_READINGS_MS, { summary: `until the role at ${run.target} can be read` });
  }
}

/** A site that answers is believed more than a person who says that it is off. Null: it does not answer. */
export async function glanceAtTarget(run: StepRun): Promise<RoleReading | null> {
  try {
    return await CancellationScope.withTimeout(CONTRADICT_WITHIN_MS, () => run.at(run.target).observeRole());
  } catch {
    return null;
  }
}
