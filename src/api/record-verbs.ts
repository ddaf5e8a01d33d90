import { listPastRuns, readRecord } from '../client/record.js';
import { recordedIfRejected } from '../client/rejections.js';
import type { Journal } from '../ports/journal.js';
import type { RecordVerbs, TemporalVerbs } from './verbs.js';

/** The verbs over the journal alone: they answer when Temporal does not. */
export function recordVerbs(journal: Journal): RecordVerbs {
  return {
    record: (run) => readRecord(journal, run),
    pastRuns: ({ plan, limit }) => listPastRuns(journal, { limit, ...(plan === undefined ? {} : { unit: plan }) }),
  };
}

/** The same verbs; a decision that its run does not take is recorded as well. */
export function recordingRejections(verbs: TemporalVerbs, journal: Journal): TemporalVerbs {
  return { ...verbs, decide: (run, decision) => recordedIfRejected(decision, () => verbs.decide(run, decision), { use: (action) => action(journal), run: async () => run.run }) };
}
