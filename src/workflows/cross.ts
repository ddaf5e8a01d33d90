import { CancellationScope } from '@temporalio/workflow';
import type { SwapProofs } from '../activities/crossing.js';
import { rolesSwapped, type RolesSwapped } from '../domain/proofs.js';
import type { CommandResult } from '../ports/replication.js';
import { now } from './board.js';
import { nobodyTookIt } from './calls.js';
import { explain, failure } from './failures.js';
import type { Migration } from './migration.js';
import { settle } from './settle.js';
import type { StepRun } from './step.js';

const step = { name: 'swap-roles', title: 'Swapping the replication roles' };

/** Swaps are tried again within the budget this often before the run undoes itself. */
const TRIES = 3;

/** Failures that arise before the command is started: nothing can still act because of them. */
const notCommanded = new Set(['ProofStale', 'NotFenced', 'StillRunning', 'RoleChanged']);

/**
 * The line. Scheduled once per try, never cancelled in the middle; what became of the roles is read on both sites and judged
 * by one table. Returns the proof that the target is Primary; throws where the table says *unchanged* and the budget or the
 * tries are used up, so that what stands around it undoes itself. `prove` reads fresh proofs for another try.
 */
export async function cross(migration: Migration, proofs: SwapProofs, prove: () => Promise<SwapProofs>): Promise<RolesSwapped> {
  const { board, plan } = migration;
  for (let attempt = 1, current = proofs; ; attempt += 1) {
    const tried = await CancellationScope.nonCancellable(() => tryOnce(migration, current, attempt));
    if (tried.by !== null) return rolesSwapped(plan, now(), tried.by);
    const { outage, cancelRequested } = board.read();
    const late = outage?.deadline != null && Date.now() >= Date.parse(outage.deadline);
    if (migration.attestations.has('promote-source')) throw failure('SwapFailed', `${plan.source} was made the only Primary by a person's decision, so the roles are not swapped.`);
    if (attempt >= TRIES || late || cancelRequested || migration.attestations.has('attest-target-off')) {
      throw failure('SwapFailed', `The roles are unchanged after ${attempt} ${attempt === 1 ? 'try' : 'tries'}: ${tried.problem}`);
    }
    // Between two tries the run stands before the line again: a cancel and the outage budget end this wait like any other.
    board.phase('outage', 'The roles are unchanged; proving again that the target has everything');
    current = await prove();
  }
}

/** One try, from the command to a verdict that needs no person. `by` null: the roles are unchanged and nothing can still act. */
async function tryOnce(migration: Migration, proofs: SwapProofs, attempt: number): Promise<{ by: RolesSwapped['by'] | null; problem: string }> {
  const { board, plan } = migration;
  board.phase('crossing', 'Crossing the line: swapping the roles');
  board.line('crossing');
  board.step(step.name, { title: step.title, state: 'running', startedAt: now(), endedAt: null, attempt, note: null });
  const run = migration.stepRun(step, 'cross');
  const command = await swapOnce(run, proofs);
  if (command.result !== null) board.command({ site: run.source, ...command.result });
  // Without replicated volumes there is no role to read: the source is quiet, and that is all there is to know.
  const by = plan.replication === null ? (command.result === null ? null : 'found') : await settle(migration, run, { ...command, drained: proofs.drained });
  if (by === null) {
    board.step(step.name, { state: 'failed', endedAt: now(), note: command.problem });
    board.line('before');
  } else {
    board.step(step.name, { state: 'done', endedAt: now(), note: plan.replication === null ? 'no role to swap' : `source Secondary, target Primary (${by})` });
    board.line('after');
    board.writer(plan.target);
    board.phase('forward', 'The target is Primary');
  }
  return { by, problem: command.problem };
}

interface Commanded {
  readonly result: CommandResult | null;
  /** False: a command may still act; the roles need two quiet readings, one command timeout apart. */
  readonly outcomeKnown: boolean;
  readonly problem: string;
}

async function swapOnce(run: StepRun, proofs: SwapProofs): Promise<Commanded> {
  try {
    const result = await run.at(run.source).swapRoles({ ...proofs });
    return { result, outcomeKnown: result.exitCode !== null, problem: `${result.command} exited with ${result.exitCode ?? 'no status'}: ${result.output}` };
  } catch (error) {
    const { code, message } = explain(error);
    return { result: null, outcomeKnown: notCommanded.has(code) || nobodyTookIt(error), problem: message };
  }
}
