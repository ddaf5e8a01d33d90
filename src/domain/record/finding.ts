/** What can be wrong with a record. */
export type Fault =
  /** A line that is none: cut, overwritten, or not text of ours. */
  | 'unreadable'
  /** A line that is not what its digest says. */
  | 'edited'
  /** Lines are missing in the middle. */
  | 'gap'
  | 'reordered'
  /** A line stands twice. */
  | 'repeated'
  /** A line that does not follow the one before it: one of the two was replaced, digest and all. */
  | 'replaced'
  /** A line of another run. */
  | 'foreign'
  /** The end is missing, as the ledger knows. */
  | 'truncated'
  /** The whole chain was made again: it holds, but its head is not the one in the ledger. */
  | 'rewritten'
  | 'missing-run'
  /** Lines that the ledger does not know. */
  | 'unsealed'
  /** The last line was never finished: a crash in the middle of a write. */
  | 'torn'
  | 'plan-changed'
  | 'attachment-missing'
  | 'attachment-changed'
  /** The head that somebody kept outside is not in the record. */
  | 'head-not-found'
  /** No outcome yet. */
  | 'open';

/** One finding, for people. `line` counts from 1. */
export interface Finding {
  readonly fault: Fault;
  /** Null: the ledger. */
  readonly run: string | null;
  readonly line: number | null;
  readonly sentence: string;
}

/** What says that something is under way or was interrupted, and not that the record was changed. */
const notices: ReadonlySet<Fault> = new Set(['torn', 'open']);

export function isBroken({ fault }: Finding): boolean {
  return !notices.has(fault);
}
