import type { NamesObservation, RecordType } from '../domain/observation.js';
import type { NamesPlan } from '../domain/plan.js';
import type { Work } from './work.js';

export interface RecordQuestion {
  readonly zone: string;
  readonly name: string;
  readonly type: RecordType;
}

/** The application's names. Records are read from every authoritative server, and changed by compare-and-swap (RFC 2136). */
export interface Traffic {
  /** Asks every server of each zone; `probe`: addresses (with port) that must accept connections. Does a signed no-op update where it could write. */
  observe(questions: readonly RecordQuestion[], probe: readonly string[]): Promise<NamesObservation>;
  /** Which reverse zone of ours holds an address; null when none is configured. */
  reverseZoneOf(address: string): string | null;
  /** Gives the forward records this TTL where their values are still `before` or `after`; third values throw `RecordChanged`. Waits until every authoritative server shows it. */
  ensureTtl(plan: NamesPlan, ttlSeconds: number, work: Work): Promise<void>;
  /**
   * Gives the forward records their original TTL back where they still carry the one the run set and one of the plan's values. Returns a
   * sentence for each record that someone else changed meanwhile: it stays. Waits until every authoritative server shows it.
   */
  ensureTtlBack(plan: NamesPlan, ttlSeconds: number, work: Work): Promise<readonly string[]>;
  /** One atomic compare-and-swap per forward zone from `before` to `after` (or back), TTL short; the update master answers with it. Third values throw `RecordChanged`. */
  ensureRedirected(plan: NamesPlan, towards: 'after' | 'before', options: { ttlSeconds: number; work: Work }): Promise<void>;
  /** Every authoritative server answers with `after`. Returns `server: name type values` lines. */
  awaitEverywhere(plan: NamesPlan, work: Work): Promise<readonly string[]>;
  /** PTRs follow, per reverse zone, by compare-and-swap. */
  ensureReverse(plan: NamesPlan, towards: 'after' | 'before', work: Work): Promise<readonly string[]>;
}
