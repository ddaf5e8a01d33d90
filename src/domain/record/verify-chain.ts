import { BEGINNING, EMPTY, isWhole, readLine, type Hash, type Head, type Place } from './chain.js';
import type { Fault, Finding } from './finding.js';

/** Lines as they were found; `torn`: what stands after the last whole line. */
export interface Lines {
  readonly lines: readonly string[];
  readonly torn: string | null;
}

export interface VerifiedChain<T> {
  readonly findings: readonly Finding[];
  /** Everything that could be read, in the order it stands. */
  readonly entries: readonly { readonly digest: string; readonly entry: T }[];
  readonly head: Head;
}

/** Each line for itself, then each against the one before it. `run` null: the ledger. */
export function verifyChain<T extends Place>({ lines, torn }: Lines, { run, hash }: { run: string | null; hash: Hash }): VerifiedChain<T> {
  const findings: Finding[] = [];
  const entries: { digest: string; entry: T }[] = [];
  const find = (fault: Fault, line: number | null, sentence: string) => findings.push({ fault, run, line, sentence });
  const where = run === null ? 'the ledger' : `the record of ${run}`;
  const all = new Set(lines.map((text) => readLine<T>(text)?.entry.sequence));
  const seen = new Map<number, number>();
  let expected: { sequence: number; previous: string } | null = { sequence: 1, previous: BEGINNING };
  for (const [index, text] of lines.entries()) {
    const line = index + 1;
    const read = readLine<T>(text);
    if (read === null || !Number.isInteger(read.entry.sequence)) {
      find('unreadable', line, `Line ${line} of ${where} cannot be read.`);
      // What follows cannot be compared with it.
      expected = null;
      continue;
    }
    const whole = isWhole(text, read, hash);
    if (!whole) find('edited', line, `Line ${line} of ${where} was changed after it was written: it does not have its digest.`);
    const { sequence, previous } = read.entry;
    const earlier = seen.get(sequence);
    if (earlier !== undefined) find('repeated', line, `Line ${line} of ${where} is entry ${sequence}, which stands in line ${earlier} already.`);
    else if (expected !== null && sequence !== expected.sequence) findings.push(misplaced({ run, where, line, sequence, expected: expected.sequence, all }));
    else if (expected !== null && previous !== expected.previous) find('replaced', line, `Line ${line} of ${where} does not follow line ${line - 1}: one of the two was replaced.`);
    seen.set(sequence, earlier ?? line);
    entries.push(read);
    // The stated digest, so that one edited line is one finding; that it is edited was said.
    expected = { sequence: sequence + 1, previous: read.digest };
  }
  if (torn !== null) find('torn', lines.length + 1, `The last line of ${where} was never finished (${torn.length} characters): a crash in the middle of a write. It was acknowledged to nobody; the next write removes it.`);
  const last = entries.at(-1);
  return { findings, entries, head: last === undefined ? EMPTY : { entries: last.entry.sequence, digest: last.digest } };
}

/** An entry that stands too early leaves a gap, unless one that should stand between comes later or came before: then lines were moved. */
function misplaced({ run, where, line, sequence, expected, all }: { run: string | null; where: string; line: number; sequence: number; expected: number; all: ReadonlySet<number | undefined> }): Finding {
  const between = Array.from({ length: Math.max(0, sequence - expected) }, (_, i) => expected + i);
  if (between.length > 0 && !between.some((n) => all.has(n))) {
    const missing = between.length === 1 ? `entry ${expected} is` : `entries ${expected} to ${sequence - 1} are`;
    return { fault: 'gap', run, line, sentence: `Before line ${line} of ${where} ${missing} missing.` };
  }
  return { fault: 'reordered', run, line, sentence: `Line ${line} of ${where} is entry ${sequence} where entry ${expected} must stand.` };
}
