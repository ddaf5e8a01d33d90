import { createHash } from 'node:crypto';
import type { Client } from '@temporalio/client';
import { ChangeoverError } from '../domain/errors.js';
import { workflowIdOf } from '../domain/names.js';
import { entriesIn, type ChainedEntry } from '../domain/record/chain.js';
import { isKnown, MOST_REJECTED, rejectionEntry } from '../domain/record/rejection.js';
import type { Decision } from '../domain/status.js';
import { inTime } from '../in-time.js';
import type { Journal } from '../ports/journal.js';
import { runOf } from './status.js';

export interface RejectionSink {
  /** Uses the journal of runs; opened for this alone where it is not open anyway. */
  readonly use: (action: (journal: Journal) => Promise<void>) => Promise<void>;
  /** The run that was to decide; null: there is none, or nobody noted which it is. */
  readonly run: () => Promise<string | null>;
}

/** Whoever waits for the answer waits no longer than this for the journal. */
const PATIENCE_MS = 4_000;

/**
 * Sends a decision; one that the run does not take is recorded, since a rejected update leaves no trace in Temporal. It is thrown all
 * the same, and whatever is wrong with the journal is only one more reason in it.
 */
export async function recordedIfRejected<T>(decision: Decision, send: () => Promise<T>, sink: RejectionSink): Promise<T> {
  try {
    return await send();
  } catch (error) {
    if (!(error instanceof ChangeoverError) || (error.code !== 'Refused' && error.code !== 'NotFound')) throw error;
    const unrecorded = await withinPatience(() => record(decision, error.message, sink));
    if (unrecorded === null) throw error;
    throw new ChangeoverError(error.code, error.message, { reasons: [...error.reasons, `This rejection is not in the record: ${unrecorded}`], cause: error });
  }
}

/** The newest run of a unit, as its start noted it. */
export async function newestRunId(client: Client, unit: string): Promise<string | null> {
  return runOf((await client.withDeadline(Date.now() + PATIENCE_MS, () => client.workflow.getHandle(workflowIdOf(unit)).describe())).memo);
}

/** Null: it is in the record, or there is no run in whose record it could be. */
async function record(decision: Decision, why: string, { use, run: whose }: RejectionSink): Promise<string | null> {
  const run = await whose().catch(() => null);
  if (run === null) return null;
  const entryId = `rejected-${createHash('sha256').update(JSON.stringify([decision.id, decision.kind, decision.by])).digest('hex').slice(0, 24)}`;
  let problem: string | null = null;
  await use(async (journal) => {
    const entries = await entriesOf(journal, run);
    const [first] = entries;
    // Never the first entry of a run: a journal that does not know it is another one than the control worker's.
    if (first === undefined) problem = `the journal that the configuration names here knows nothing of ${run}.`;
    else if (isKnown(decision, entryId, entries)) return;
    else if (entries.filter(({ fact }) => fact.kind === 'rejected-decision').length >= MOST_REJECTED) problem = `it has ${MOST_REJECTED} of them already.`;
    else await journal.append(run, [rejectionEntry(decision, { entryId, run, unit: first.unit, why, at: new Date().toISOString() })]);
  });
  return problem;
}

async function entriesOf(journal: Journal, run: string): Promise<readonly ChainedEntry[]> {
  return entriesIn((await journal.read(run))?.lines ?? []);
}

async function withinPatience(action: () => Promise<string | null>): Promise<string | null> {
  try {
    return await inTime(action(), PATIENCE_MS, () => 'the journal did not answer in time.');
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
