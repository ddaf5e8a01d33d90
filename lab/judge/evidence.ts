import type { JudgeArguments } from './arguments.js';
import { readClientRecord } from './client-record.js';
import type { ClientRecord } from './client-record.js';
import { InputFault } from './input.js';
import { readLedger } from './ledger.js';
import type { Ledger } from './ledger.js';
import { readWritability, writableAtEnd } from './writability.js';
import type { Writability } from './writability.js';

/** Everything a run left behind, read and understood. */
export interface Evidence {
  readonly record: ClientRecord;
  readonly writability: Writability;
  readonly ledgers: ReadonlyMap<string, Ledger>;
}

/** Reads everything; all that cannot be read is reported together. */
export function readEvidence(given: JudgeArguments): Evidence | { readonly faults: readonly string[] } {
  const faults: string[] = [];
  const attempt = <T>(read: () => T): T | undefined => {
    try {
      return read();
    } catch (error) {
      if (!(error instanceof InputFault)) throw error;
      faults.push(error.message);
      return undefined;
    }
  };
  const record = attempt(() => readClientRecord(given.acks));
  const writability = attempt(() => readWritability(given.writability, given.rvg));
  const ledgers = new Map<string, Ledger>();
  for (const [site, dir] of given.ledgerDirs) {
    const ledger = attempt(() => readLedger(site, dir, given.indexDirs.get(site) ?? dir));
    if (ledger !== undefined) ledgers.set(site, ledger);
    if (writability !== undefined && !writability.has(site)) faults.push(`no writability log speaks of ${site}`);
  }
  if (faults.length > 0 || record === undefined || writability === undefined) return { faults };
  return { record, writability, ledgers };
}

/** The ledger that counts, that of the Primary at the end, or why none does. */
export function finalLedger({ writability, ledgers }: Evidence, expected: string | undefined): Ledger | string {
  const writable = writableAtEnd(writability);
  const [primary] = writable;
  if (primary === undefined || writable.length > 1) {
    if (expected === undefined) return `at the end ${writable.length === 0 ? 'no site' : writable.join(' and ')} can be written: name the Primary with --primary`;
    return ledgers.get(expected) ?? `no ledger of ${expected} was given`;
  }
  if (expected !== undefined && expected !== primary) return `${expected} was to be Primary at the end, the logs say ${primary}`;
  return ledgers.get(primary) ?? `no ledger of ${primary} was given`;
}
