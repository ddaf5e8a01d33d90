import type { Head } from '../domain/record/chain.js';
import type { Entry } from '../domain/record/fact.js';
import type { RunText } from '../domain/record/verify.js';
import type { Lines } from '../domain/record/verify-chain.js';

/**
 * The record of all runs beside Temporal: append-only, chained by hashes, one chain a run and a ledger over all.
 * Reading gives what stands there, unjudged; the domain verifies it.
 */
export interface Journal {
  /**
   * Chains those entries of one run that are not there yet, in the given order, and seals the run's new head in the ledger, durably.
   * The same ids again change nothing. Throws `NotRecorded` when it cannot be written, `RecordDamaged` when what stands there
   * already is not as it was written, `Invalid` for an id that stands there with another content.
   */
  append(run: string, entries: readonly Entry[]): Promise<Head>;
  /** Null: there is no such run. */
  read(run: string): Promise<RunText | null>;
  /** Ids of all runs, in the order of their first entries as far as the ledger knows them. */
  runs(): Promise<readonly string[]>;
  ledger(): Promise<Lines>;
  /** Files beside the records, such as exported histories. */
  readonly attachments: Attachments;
}

export interface Attachments {
  /** Written once: the same bytes again are fine, others under the name are `Invalid`. */
  write(name: string, bytes: Uint8Array): Promise<void>;
  /** Null: absent. */
  read(name: string): Promise<Uint8Array | null>;
}
