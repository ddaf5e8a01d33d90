import { canonical } from '../canonical.js';
import type { Entry } from './fact.js';

/** SHA-256 of UTF-8 text, 64 hexadecimal digits. Given from outside: the domain imports nothing. */
export type Hash = (text: string) => string;

/** What stands before the first line of a chain. */
export const BEGINNING = '0'.repeat(64);

/** Where a line stands in its chain. */
export interface Place {
  /** From 1, without gaps. */
  readonly sequence: number;
  /** Digest of the line before; `BEGINNING` for the first. */
  readonly previous: string;
}

/** An entry as it is kept. `writtenAt`: when the journal took it; later than `at` for one that had to wait. */
export type ChainedEntry = Entry & Place & { readonly writtenAt: string };

/**
 * One line of the ledger over all runs: after a write, this run had so many entries and this head. It is what makes a run that is
 * missing, or whose end was cut off, visible.
 */
export interface Seal extends Place {
  readonly at: string;
  readonly run: string;
  readonly unit: string;
  readonly entries: number;
  readonly head: string;
}

/** The end of a chain: how many lines, and the digest of the last. */
export interface Head {
  readonly entries: number;
  readonly digest: string;
}

export const EMPTY: Head = { entries: 0, digest: BEGINNING };

/**
 * A value as a line: `{"digest":"…","entry":{…}}`. The digest is that of the text after `"entry":` up to the last brace, byte for byte,
 * so that anybody can verify a line with sha256sum and nothing else.
 */
export function lineOf(value: object, hash: Hash): { readonly digest: string; readonly line: string } {
  const text = canonical(value);
  const digest = hash(text);
  return { digest, line: `{"digest":"${digest}","entry":${text}}` };
}

/** The value in a line; null when the line is none of ours. Says nothing about its digest. */
export function readLine<T extends object>(line: string): { readonly digest: string; readonly entry: T } | null {
  try {
    const parsed = JSON.parse(line) as { digest?: unknown; entry?: unknown } | null;
    if (typeof parsed?.digest !== 'string' || typeof parsed.entry !== 'object' || parsed.entry === null) return null;
    return { digest: parsed.digest, entry: parsed.entry as T };
  } catch {
    return null;
  }
}

/** The entries of a run's lines, without those that are none of ours. */
export function entriesIn(lines: readonly string[]): readonly ChainedEntry[] {
  return lines.flatMap((line) => readLine<ChainedEntry>(line)?.entry ?? []);
}

/** Whether a line is exactly what was once written: canonical text, with the digest of this text. */
export function isWhole(line: string, read: { readonly digest: string; readonly entry: object }, hash: Hash): boolean {
  const again = lineOf(read.entry, hash);
  return again.digest === read.digest && again.line === line;
}

/** The lines that follow `head` when these entries are written. */
export function chained(entries: readonly Entry[], after: { readonly head: Head; readonly writtenAt: string }, hash: Hash): readonly { readonly entry: ChainedEntry; readonly digest: string; readonly line: string }[] {
  const lines: { entry: ChainedEntry; digest: string; line: string }[] = [];
  for (const { id, run, unit, at, fact } of entries) {
    const last = lines.at(-1);
    const entry: ChainedEntry = { id, run, unit, at, fact, writtenAt: after.writtenAt, sequence: after.head.entries + lines.length + 1, previous: last?.digest ?? after.head.digest };
    lines.push({ entry, ...lineOf(entry, hash) });
  }
  return lines;
}
