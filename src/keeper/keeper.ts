import { createHash } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { entriesIn, type ChainedEntry } from '../domain/record/chain.js';
import { entryOf, isEndedOutside, outcomeFor, type ClosedRun } from '../domain/record/closed-run.js';
import type { Entry } from '../domain/record/fact.js';
import { historyName } from '../domain/record/names.js';
import { allOf, lastOf } from '../domain/record/past-run.js';
import type { Journal } from '../ports/journal.js';

/** What is asked of Temporal. Only executions that are closed are asked anything, and nothing is told to any. */
export interface ClosedRuns {
  list(): Promise<readonly ClosedRun[]>;
  /** The history as JSON that can be replayed, and its number of events. */
  history(closed: ClosedRun): Promise<{ readonly json: string; readonly events: number }>;
  /** What the journal did not take while the run was open. Throws when no worker of its build can answer. */
  unrecorded(closed: ClosedRun): Promise<readonly Entry[]>;
  /** Whether another execution of the same run came after this one, as after a reset. */
  isReplaced(closed: ClosedRun): Promise<boolean>;
}

export interface KeeperOptions {
  readonly runs: ClosedRuns;
  readonly journal: Journal;
  /** A failure in one sentence; the same one is said once. */
  readonly say: (sentence: string) => void;
  readonly signal: AbortSignal;
  readonly now?: () => number;
}

const BETWEEN_LOOKS_MS = 60_000;

/** After this a run that was ended from outside is closed in the record without what nobody can ask it any more. Its history has it. */
export const LATE_ENTRIES_MS = 3_600_000;

/**
 * Keeps what closed runs left in Temporal before Temporal forgets it: entries that the journal did not take, the history of each
 * execution, and the outcome of a run that was ended from outside. Everything is read from the record first, so that a look after a
 * restart, or by two workers, writes nothing twice.
 */
export class Keeper {
  private kept = new Set<string>();
  private said = new Map<string, string>();

  private readonly options: KeeperOptions;

  constructor(options: KeeperOptions) {
    this.options = { ...options, runs: untilEnded(options.runs, options.signal) };
  }

  /** Never throws: what fails is said, and the next look tries it again. */
  async look(): Promise<void> {
    const { runs, signal } = this.options;
    const closed = await this.tried('closed runs', () => runs.list());
    if (closed === null) return;
    for (const one of closed.toSorted((a, b) => Date.parse(a.closedAt) - Date.parse(b.closedAt))) {
      if (signal.aborted) return;
      if (this.kept.has(one.temporalRun)) continue;
      const done = await this.tried(`${one.run} (${one.temporalRun})`, async () => this.keep(one, closed));
      if (done !== null) this.kept.add(one.temporalRun);
    }
    const known = new Set(closed.map(({ temporalRun }) => temporalRun));
    this.kept = new Set([...this.kept].filter((temporalRun) => known.has(temporalRun)));
  }

  private async keep(closed: ClosedRun, all: readonly ClosedRun[]): Promise<true> {
    const owesOutcome = !hasOutcome(await this.entries(closed)) && !(await this.isReplaced(closed, all));
    const unheard = owesOutcome ? await this.writeLate(closed) : null;
    await this.exportHistory(closed);
    if (!owesOutcome) return true;
    const now = this.options.now?.() ?? Date.now();
    if (unheard !== null && !(isEndedOutside(closed) && now - Date.parse(closed.closedAt) > LATE_ENTRIES_MS)) throw unheard;
    const entries = await this.entries(closed);
    if (!hasOutcome(entries)) await this.options.journal.append(closed.run, [outcomeFor(closed, entries)]);
    return true;
  }

  /** Null: the run has told everything. A run that cannot be asked now must not keep its history from being exported. */
  private async writeLate(closed: ClosedRun): Promise<Error | null> {
    let late: readonly Entry[];
    try {
      late = await this.options.runs.unrecorded(closed);
    } catch (error) {
      return new Error(`it cannot be asked for entries that are not written: ${messageOf(error)}`, { cause: error });
    }
    if (late.length > 0) await this.options.journal.append(closed.run, late);
    return null;
  }

  /** The first history of a run has the plain name; others carry the id of their execution. */
  private async exportHistory(closed: ClosedRun): Promise<void> {
    const { journal, runs } = this.options;
    const exported = allOf(await this.entries(closed), 'history-exported');
    if (exported.some(({ temporalRun }) => temporalRun === closed.temporalRun)) return;
    const { json, events } = await runs.history(closed);
    const bytes = Buffer.from(json, 'utf8');
    const name = historyName(closed.run, exported.length === 0 ? null : closed.temporalRun);
    await journal.attachments.write(name, bytes);
    const digest = createHash('sha256').update(bytes).digest('hex');
    await journal.append(closed.run, [entryOf(closed, 'history', { kind: 'history-exported', name, digest, events, temporalRun: closed.temporalRun })]);
  }

  private async isReplaced(closed: ClosedRun, all: readonly ClosedRun[]): Promise<boolean> {
    if (closed.ending === 'continued') return true;
    const later = all.some(({ run, temporalRun, closedAt }) => run === closed.run && temporalRun !== closed.temporalRun && Date.parse(closedAt) > Date.parse(closed.closedAt));
    return later || this.options.runs.isReplaced(closed);
  }

  private async entries({ run }: ClosedRun): Promise<readonly ChainedEntry[]> {
    return entriesIn((await this.options.journal.read(run))?.lines ?? []);
  }

  private async tried<T>(about: string, action: () => Promise<T>): Promise<T | null> {
    try {
      const value = await action();
      this.said.delete(about);
      return value;
    } catch (error) {
      const sentence = `${about} could not be kept yet: ${messageOf(error)}`;
      if (!this.options.signal.aborted && this.said.get(about) !== sentence) this.options.say(sentence);
      this.said.set(about, sentence);
      return null;
    }
  }
}

/** The same questions; none is waited for once the signal aborts, whether or not the connection gives it up. What the journal does is bounded, and ends. */
function untilEnded(runs: ClosedRuns, signal: AbortSignal): ClosedRuns {
  const raced = <A extends readonly unknown[], T>(ask: (...args: A) => Promise<T>) => (...args: A): Promise<T> =>
    new Promise<T>((resolve, reject) => {
      const end = (): void => reject(new Error('the worker is shutting down'));
      if (signal.aborted) return end();
      signal.addEventListener('abort', end, { once: true });
      ask(...args).then(resolve, reject).finally(() => signal.removeEventListener('abort', end));
    });
  return { list: raced(() => runs.list()), history: raced((closed: ClosedRun) => runs.history(closed)), unrecorded: raced((closed: ClosedRun) => runs.unrecorded(closed)), isReplaced: raced((closed: ClosedRun) => runs.isReplaced(closed)) };
}

/** Looks again and again until the signal aborts; the first time after one interval, since nothing here is urgent. */
export async function keepKeeping(options: KeeperOptions): Promise<void> {
  const keeper = new Keeper(options);
  for (;;) {
    await pause(BETWEEN_LOOKS_MS, undefined, { signal: options.signal }).catch(() => undefined);
    if (options.signal.aborted) return;
    await keeper.look();
  }
}

function hasOutcome(entries: readonly ChainedEntry[]): boolean {
  return lastOf(entries, 'outcome') !== null;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
