import type { ChainedEntry } from './chain.js';
import type { Entry } from './fact.js';
import { executionName } from './names.js';
import { allOf, lastOf } from './past-run.js';

/** One execution of a run that Temporal closed, as its visibility shows it. Times are ISO 8601 UTC. */
export interface ClosedRun {
  readonly run: string;
  readonly unit: string;
  /** Temporal's own id of this execution. A run has several when it went on as another procedure, or was reset. */
  readonly temporalRun: string;
  readonly ending: Ending;
  /** Null: not noted at the start. */
  readonly target: string | null;
  readonly closedAt: string;
}

/** `continued`: the run went on under the same id and took everything that was not written with it. */
export type Ending = 'completed' | 'failed' | 'canceled' | 'terminated' | 'timed-out' | 'continued';

/** Ended from outside: the run had no moment to say how it closed. */
export function isEndedOutside({ ending }: ClosedRun): boolean {
  return ending === 'terminated' || ending === 'timed-out';
}

const headlines = {
  terminated: 'The run was terminated in Temporal; nothing was undone, and what it left stands.',
  'timed-out': 'The run was timed out by Temporal; nothing was undone, and what it left stands.',
  failed: 'The run ended in Temporal without an outcome of its own; what it left stands.',
} as const;

/**
 * The outcome of a run that could not name one itself: which site can write is unknown, since nobody looked. The same for the same
 * record, so that it is written once.
 */
export function outcomeFor(closed: ClosedRun, entries: readonly ChainedEntry[]): Entry {
  const plan = lastOf(entries, 'plan')?.plan;
  const outcome = closed.ending === 'terminated' || closed.ending === 'timed-out' ? closed.ending : 'failed';
  const target = plan?.target ?? lastOf(entries, 'request')?.request.target ?? closed.target ?? '?';
  const debts = allOf(entries, 'debt').map(({ sentence }) => sentence);
  return entryOf(closed, 'outcome', { kind: 'outcome', outcome, headline: headlines[outcome], source: plan?.source ?? null, target, writer: 'unknown', debts });
}

/** An entry that is not the run's own. Its time is that of the end, so that a repetition is the same entry. */
export function entryOf({ run, unit, temporalRun, closedAt }: ClosedRun, name: 'outcome' | 'history', fact: Entry['fact']): Entry {
  return { id: `${executionName(temporalRun)}-${name}`, run, unit, at: closedAt, fact };
}
