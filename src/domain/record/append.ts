import { canonical } from '../canonical.js';
import { ChangeoverError } from '../errors.js';
import { chained, lineOf, type ChainedEntry, type Hash, type Head, type Seal } from './chain.js';
import type { Entry } from './fact.js';
import { isBroken } from './finding.js';
import { verifyChain, type Lines } from './verify-chain.js';

/** What stands in a journal when entries of a run are to be added. */
export interface Standing {
  readonly run: Lines;
  /** The end of the ledger. */
  readonly ledgerHead: Head;
  /** The ledger's last word about this run; null: none. */
  readonly lastSeal: Seal | null;
}

export interface Addition {
  readonly run: string;
  readonly entries: readonly Entry[];
  /** ISO 8601 UTC. */
  readonly at: string;
}

/** What must be written, in this order: the lines of the run, then the line of the ledger. */
export interface Appending {
  readonly lines: readonly { readonly id: string; readonly sequence: number; readonly digest: string; readonly line: string }[];
  /** Null: the ledger knows this head already. */
  readonly seal: { readonly sequence: number; readonly digest: string; readonly line: string } | null;
  readonly head: Head;
}

/**
 * The one rule of adding, for every driver: what is there is skipped by its id, what is new follows the chain, and the head is sealed
 * even when nothing is new, so that a write that died between the two is finished by its repetition.
 * Throws `RecordDamaged` when the run's own chain does not hold, `Invalid` when an id stands there with another content.
 */
export function appending(standing: Standing, { run, entries, at }: Addition, hash: Hash): Appending {
  const { entries: there, findings, head: before } = verifyChain<ChainedEntry>({ ...standing.run, torn: null }, { run, hash });
  const reasons = [...findings.filter(isBroken).map(({ sentence }) => sentence), ...againstSeal(run, standing, there)];
  if (reasons.length > 0) throw new ChangeoverError('RecordDamaged', `The record of ${run} is not as it was written: ${reasons[0]}`, { reasons });
  const known = new Map(there.map(({ entry }) => [entry.id, entry]));
  for (const entry of entries) assertSame(run, entry, known.get(entry.id));
  const lines = chained(entries.filter(({ id }) => !known.has(id)), { head: before, writtenAt: at }, hash);
  const last = lines.at(-1);
  const head = last === undefined ? before : { entries: last.entry.sequence, digest: last.digest };
  const isSealed = standing.lastSeal?.head === head.digest || head.entries === 0;
  const seal: Seal = { sequence: standing.ledgerHead.entries + 1, previous: standing.ledgerHead.digest, at, run, unit: entries[0]?.unit ?? there[0]?.entry.unit ?? '', entries: head.entries, head: head.digest };
  return {
    lines: lines.map(({ entry, digest, line }) => ({ id: entry.id, sequence: entry.sequence, digest, line })),
    seal: isSealed ? null : { sequence: seal.sequence, ...lineOf(seal, hash) },
    head,
  };
}

function againstSeal(run: string, { lastSeal }: Standing, there: readonly { readonly digest: string }[]): readonly string[] {
  if (lastSeal === null) return [];
  if (there.length < lastSeal.entries) return [`The end of the record of ${run} is missing: it has ${there.length} entries, the ledger knows ${lastSeal.entries}.`];
  return there[lastSeal.entries - 1]?.digest === lastSeal.head ? [] : [`Entry ${lastSeal.entries} of ${run} is not the one that the ledger sealed.`];
}

function assertSame(run: string, { id, at, unit, fact }: Entry, known: Entry | undefined): void {
  if (known === undefined || canonical({ at, unit, fact }) === canonical({ at: known.at, unit: known.unit, fact: known.fact })) return;
  throw new ChangeoverError('Invalid', `Entry ${id} of ${run} stands in the journal with another content.`);
}
