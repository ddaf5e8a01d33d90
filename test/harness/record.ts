import { createHash } from 'node:crypto';
import { appending } from '../../src/domain/record/append.js';
import { EMPTY, readLine, type Seal } from '../../src/domain/record/chain.js';
import type { Entry, Fact } from '../../src/domain/record/fact.js';
import type { RecordText } from '../../src/domain/record/verify.js';

export const sha256 = (content: string | Uint8Array): string => createHash('sha256').update(content).digest('hex');

export function anEntry(run: string, n: number, fact: Fact = { kind: 'debt', sentence: `sentence ${n}` }): Entry {
  return { id: `e${String(n).padStart(4, '0')}`, run, unit: 'orders', at: new Date(Date.UTC(2026, 0, 1, 0, 0, n)).toISOString(), fact };
}

export const anOutcome: Fact = { kind: 'outcome', outcome: 'completed', headline: 'orders runs on west', source: 'east', target: 'west', writer: 'west', debts: [] };

/** A record as text: each write of each run is one list of entries, in the order of the writes. */
export function aRecord(writes: readonly (readonly Entry[])[]): { ledger: string[]; runs: Map<string, string[]> } {
  const ledger: string[] = [];
  const runs = new Map<string, string[]>();
  for (const entries of writes) {
    const run = entries[0]?.run ?? '';
    const seals = ledger.flatMap((line) => readLine<Seal>(line) ?? []);
    const last = seals.at(-1);
    const standing = { run: { lines: runs.get(run) ?? [], torn: null }, ledgerHead: last === undefined ? EMPTY : { entries: last.entry.sequence, digest: last.digest }, lastSeal: seals.findLast((s) => s.entry.run === run)?.entry ?? null };
    const { lines, seal } = appending(standing, { run, entries, at: '2026-01-01T01:00:00.000Z' }, sha256);
    runs.set(run, [...standing.run.lines, ...lines.map(({ line }) => line)]);
    if (seal !== null) ledger.push(seal.line);
  }
  return { ledger, runs };
}

export function textOf({ ledger, runs }: { ledger: readonly string[]; runs: ReadonlyMap<string, readonly string[]> }): RecordText {
  return { ledger: { lines: ledger, torn: null }, runs: [...runs].map(([run, lines]) => ({ run, lines, torn: null })) };
}
