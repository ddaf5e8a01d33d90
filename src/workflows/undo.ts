import type { Choice } from '../domain/status.js';
import { callLimits } from '../domain/limits-set.js';
import { explain, failure } from './failures.js';
import type { Migration } from './migration.js';
import type { Step } from './step.js';
import { now } from './board.js';
import { rolesFound, type RolesFound } from './undo-roles.js';

type AnyStep = Step<never, unknown>;

interface Failed {
  readonly step: AnyStep;
  readonly error: unknown;
}

/**
 * Undoes steps, newest first, each as soon as those it must wait for (`undoAfter`) are undone or were given up by a person. One that
 * fails stops only those; what failed is held with the exact list, each with its own ways on, and is taken up again there (law 3).
 * While nobody knows whether the source may serve, everything that keeps it from serving stays: fence, frozen schedules, Retain.
 */
export async function undoAll(migration: Migration, steps: readonly AnyStep[], cause: string): Promise<void> {
  const { board } = migration;
  board.phase('undoing', `Undoing: ${cause}`);
  board.waiting(null);
  if (steps.some((s) => s.undoServes === true)) board.writer('unknown');
  const open = [...steps];
  const failed: Failed[] = [];
  const mustWait = (step: AnyStep) => [...open, ...failed.map((f) => f.step)].some((other) => other !== step && waitsFor(step, other));
  while (open.length + failed.length > 0) {
    const next = open.findIndex((step) => !mustWait(step));
    const [step] = next < 0 ? [] : open.splice(next, 1);
    if (step !== undefined) {
      const error = await undoOne(migration, step);
      if (error !== null) failed.push({ step, error });
      continue;
    }
    // Whatever can be undone is; the rest needs a person.
    const [first, ...others] = failed;
    if (first === undefined) throw failure('Bug', `Undos wait for each other: ${open.map((s) => s.name).join(', ')}.`);
    await untilUndone(migration, first, alsoLeft(others, open));
    failed.shift();
  }
  board.outageEnded();
}

/** Whether the undo of `step` must not begin before that of `other`. */
export function waitsFor(step: Pick<AnyStep, 'undoAfter'>, other: Pick<AnyStep, 'name'>): boolean {
  return step.undoAfter === 'all' || (step.undoAfter ?? []).includes(other.name);
}

/** The exact list of what is not undone, beside the one that is shown. */
function alsoLeft(failed: readonly Failed[], waiting: readonly AnyStep[]): readonly string[] {
  return [...failed.map(({ step, error }) => `${step.name} was not undone: ${explain(error).message}`), ...waiting.map(({ name }) => `${name} waits`)];
}

async function untilUndone(migration: Migration, { step, error: first }: Failed, also: readonly string[]): Promise<void> {
  let wasAsked = true;
  for (let error: unknown = first; error !== null; ) {
    // The table is asked once for each time that somebody decided: roles that flap are a person's.
    const found: RolesFound | null = wasAsked ? await foundRoles(migration, step, error) : null;
    wasAsked = found?.kind !== 'again';
    if (wasAsked && (await askPerson(migration, { step, error, also, found })) === 'skip') {
      migration.board.debt(`${step.name} was not undone: ${explain(error).message}`);
      return;
    }
    error = await undoOne(migration, step);
  }
}

/** Null: no role stands in the way, or the run has no other way to go. */
async function foundRoles(migration: Migration, step: AnyStep, error: unknown): Promise<RolesFound | null> {
  const { otherWay, plan } = migration;
  if (step.undoServes !== true || otherWay === null || plan.replication === null || explain(error).code !== 'RoleChanged') return null;
  return rolesFound(migration, otherWay);
}

interface Asked extends Failed {
  readonly also: readonly string[];
  readonly found: RolesFound | null;
}

async function askPerson(migration: Migration, { step, error, also, found }: Asked): Promise<Choice> {
  const { plan } = migration;
  const swapped = found?.kind === 'swapped' ? found : null;
  const deadlineMs = callLimits('undo', plan.source, migration.limits).scheduleToClose;
  const undoing = step.undoing?.(plan) ?? `the undo of ${step.name}`;
  // A target that was just read as Primary is not off.
  const ways = swapped === null ? (step.undoWays ?? []) : [];
  const way = await migration.hold({
    step: step.name,
    error: swapped?.error ?? error,
    ...(swapped === null ? {} : { advice: swapped.advice }),
    ...(ways.length > 0 && explain(error).code === 'NeedsDecision' ? { advice: `Restore the connection to ${plan.target}, then retry; attest only if ${plan.target} is off for certain and cannot come back by itself.` } : {}),
    also,
    choices: [
      { choice: 'retry', effect: `${swapped?.giveBack ?? ''}Tried again: ${undoing}.`, ...(deadlineMs === null ? {} : { deadlineMs }) },
      ...ways.map((choice) => ({ choice, effect: `You vouch that ${plan.target} is off and cannot write; ${plan.unit.name} is started on ${plan.source} without reading ${plan.target}.` })),
      ...(swapped === null ? [] : [swapped.onward]),
      // Where writing is at stake there is no looking away.
      ...(step.undoWays === undefined ? [{ choice: 'skip' as const, effect: `What ${step.name} changed stays as it is and is listed as a debt.` }] : []),
    ],
  });
  return way === 'go-forward' && migration.otherWay !== null ? migration.otherWay.take() : way;
}

async function undoOne(migration: Migration, step: AnyStep): Promise<unknown> {
  const { board } = migration;
  board.step(step.name, { state: 'undoing', startedAt: now(), endedAt: null });
  board.headline(`Undoing ${step.name}`);
  try {
    const left = await step.undo?.(migration.stepRun(step, 'undo'));
    board.step(step.name, { state: 'undone', endedAt: now(), ...(typeof left === 'string' ? { note: left } : {}) });
    if (step.undoServes === true) {
      board.servesAgain(migration.plan.source);
      board.outageEnded();
    }
    return null;
  } catch (error) {
    board.step(step.name, { state: 'undo-failed', endedAt: now(), note: explain(error).message });
    return error;
  }
}
