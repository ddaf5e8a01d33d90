import { listPastRuns, readRecord } from '../client/record.js';
import type { Journal } from '../ports/journal.js';
import type { RecordVerbs } from './verbs.js';

/** The verbs over the journal alone: they answer when Temporal does not. */
export function recordVerbs(journal: Journal): RecordVerbs {
  return {
    record: (run) => readRecord(journal, run),
    pastRuns: ({ plan, limit }) => listPastRuns(journal, { limit, ...(plan === undefined ? {} : { unit: plan }) }),
  };
}
