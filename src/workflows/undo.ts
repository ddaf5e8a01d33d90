import { explain } from './failures.js';
import type { Migration } from './migration.js';
import type { Step } from './step.js';
import { now } from './board.js';

type AnyStep = Step<never, unknown>;

/**
 * Undoes steps, newest first. One that fails does not stop older ones that do not depend on it; what failed is held, each with its
 * own ways on, and the undo that gives the lock back runs only when every other one holds or was given up by a person (law 3).
 * While nobody knows whether the source may serve, everything that keeps it from serving stays: fence, frozen schedules, Retain.
 */
export async function undoAll(migration: Migration, steps: readonly AnyStep[], cause: string): Promise<void> {
  const { board } = migration;
  board.phase('undoing', `Undoing: ${cause}`);
  board.waiting(null);
  if (steps.some((s) => s.olderUndosWait === true)) board.writer('unknown');
  const failed: { step: AnyStep; error: unknown }[] = [];
  for (const step of steps.filter((s) => s.undoLast !== true)) {
    const error = await undoOne(migration, step);
    if (error === null) continue;
    if (step.olderUndosWait === true) await untilUndone(migration, step, error);
    else failed.push({ step, error });
  }
  for (const { step, error } of failed) await untilUndone(migration, step, error);
  for (const step of steps.filter((s) => s.undoLast === true)) {
    const error = await undoOne(migration, step);
    if (error !== null) await untilUndone(migration, step, error);
  }
  board.outageEnded();
}

async function untilUndone(migration: Migration, step: AnyStep, first: unknown): Promise<void> {
  for (let error: unknown = first; error !== null; ) {
    const way = await migration.hold({
      step: step.name,
      error,
      choices: [
        { choice: 'retry', effect: 'The undo is tried again.' },
        ...(step.undoWays ?? []).map((choice) => ({ choice, effect: 'The undo goes on without reading that site; you vouch that it cannot write.' })),
        // Where writing is at stake there is no looking away.
        ...(step.undoWays === undefined ? [{ choice: 'skip' as const, effect: `What ${step.name} changed stays as it is and is listed as a debt.` }] : []),
      ],
    });
    if (way === 'skip') {
      migration.board.debt(`${step.name} was not undone: ${explain(error).message}`);
      return;
    }
    error = await undoOne(migration, step);
  }
}

async function undoOne(migration: Migration, step: AnyStep): Promise<unknown> {
  const { board } = migration;
  board.step(step.name, { state: 'undoing', startedAt: now(), endedAt: null });
  board.headline(`Undoing ${step.name}`);
  try {
    const left = await step.undo?.(migration.stepRun(step, 'undo'));
    board.step(step.name, { state: 'undone', endedAt: now(), ...(typeof left === 'string' ? { note: left } : {}) });
    if (step.olderUndosWait === true) {
      board.writer(migration.plan.source);
      board.outageEnded();
    }
    return null;
  } catch (error) {
    board.step(step.name, { state: 'undo-failed', endedAt: now(), note: explain(error).message });
    return error;
  }
}
