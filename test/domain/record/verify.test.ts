import { chained, EMPTY, lineOf, readLine, type ChainedEntry, type Seal } from '../../../src/domain/record/chain.js';
import type { Fault } from '../../../src/domain/record/finding.js';
import { judgeRecord } from '../../../src/domain/record/verify.js';
import { anEntry, anOutcome, aRecord, sha256, textOf } from '../../harness/record.js';

type Record = ReturnType<typeof aRecord>;

/** Two runs, each written in two goes and closed. */
function whole(): Record {
  return aRecord(
    ['orders-1', 'shop-1'].flatMap((run) => [
      [anEntry(run, 1), anEntry(run, 2), anEntry(run, 3)],
      [anEntry(run, 4), anEntry(run, 5), anEntry(run, 6, anOutcome)],
    ]),
  );
}

function faultsOf(record: Record, anchor?: string): readonly Fault[] {
  return judgeRecord(textOf(record), { hash: sha256, ...(anchor === undefined ? {} : { anchor }) }).findings.map(({ fault }) => fault);
}

function linesOf(record: Record, run = 'orders-1'): string[] {
  const lines = record.runs.get(run);
  if (lines === undefined) throw new Error(`no run ${run}`);
  return lines;
}

/** The same entries written again as a chain of their own, with every digest right. */
function remade(lines: readonly string[], change: (entry: ChainedEntry, index: number) => ChainedEntry): string[] {
  const entries = lines.map((line) => readLine<ChainedEntry>(line)?.entry).filter((entry) => entry !== undefined);
  return chained(entries.map(change), { head: EMPTY, writtenAt: '2026-01-01T01:00:00.000Z' }, sha256).map(({ line }) => line);
}

const reasonChanged = (line: string) => line.replace('sentence 2', 'sentence 9');

/** What somebody does to the record, and what must be named because of it. */
const tamperings: readonly (readonly [string, (record: Record) => void, readonly Fault[]])[] = [
  ['a line is edited', (r) => void linesOf(r).splice(1, 1, reasonChanged(linesOf(r)[1] ?? '')), ['edited']],
  ['a line is edited by one space', (r) => void linesOf(r).splice(1, 1, (linesOf(r)[1] ?? '').replace('"entry":{', '"entry": {')), ['edited']],
  ['a line is edited and gets a right digest', (r) => {
    const read = readLine<ChainedEntry>(reasonChanged(linesOf(r)[1] ?? ''));
    linesOf(r).splice(1, 1, lineOf(read?.entry ?? {}, sha256).line);
  }, ['replaced']],
  ['a run is written anew with every digest right', (r) => void r.runs.set('orders-1', remade(linesOf(r), (entry, i) => (i === 1 ? { ...entry, at: '2020-01-01T00:00:00.000Z' } : entry))), ['rewritten']],
  ['a line in the middle is removed', (r) => void linesOf(r).splice(2, 1), ['gap']],
  ['two lines in the middle are removed', (r) => void linesOf(r).splice(1, 2), ['gap']],
  ['the first line is removed', (r) => void linesOf(r).splice(0, 1), ['gap']],
  ['two lines change places', (r) => void linesOf(r).splice(1, 2, linesOf(r)[2] ?? '', linesOf(r)[1] ?? ''), ['reordered', 'reordered', 'reordered']],
  ['a line stands twice', (r) => void linesOf(r).splice(2, 0, linesOf(r)[1] ?? ''), ['repeated']],
  ['the end of a run is cut off', (r) => void linesOf(r).splice(4), ['truncated', 'open']],
  ['a line is added with a right digest', (r) => {
    const read = linesOf(r).map((line) => readLine<ChainedEntry>(line)).at(-1);
    r.runs.set('orders-1', [...linesOf(r), ...chained([anEntry('orders-1', 7)], { head: { entries: 6, digest: read?.digest ?? '' }, writtenAt: '' }, sha256).map(({ line }) => line)]);
  }, ['unsealed']],
  ['a run is removed', (r) => void r.runs.delete('shop-1'), ['missing-run']],
  ['a run is emptied', (r) => void r.runs.set('shop-1', []), ['truncated', 'open']],
  ['a run is added that the ledger never saw', (r) => void r.runs.set('fake-1', aRecord([[anEntry('fake-1', 1, anOutcome)]]).runs.get('fake-1') ?? []), ['unsealed']],
  ['a run takes the place of another', (r) => void r.runs.set('orders-1', linesOf(r, 'shop-1')), ['rewritten', ...Array.from({ length: 6 }, () => 'foreign' as const)]],
  ['a line is overwritten with noise', (r) => void linesOf(r).splice(2, 1, '\u0000\u0000'), ['unreadable']],
  ['the last line is overwritten with noise', (r) => void linesOf(r).splice(5, 1, '{"digest":"'), ['unreadable', 'truncated', 'open']],
  ['a line of the ledger is edited', (r) => void r.ledger.splice(1, 1, (r.ledger[1] ?? '').replace('"entries":6', '"entries":5')), ['edited', 'rewritten']],
  ['a line of the ledger is removed', (r) => void r.ledger.splice(1, 1), ['gap', 'unsealed']],
  ['the end of the ledger is cut off', (r) => void r.ledger.splice(3), ['unsealed']],
  ['two lines of the ledger change places', (r) => void r.ledger.splice(1, 2, r.ledger[2] ?? '', r.ledger[1] ?? ''), ['reordered', 'reordered', 'reordered']],
  ['the ledger is removed', (r) => void r.ledger.splice(0), ['unsealed', 'unsealed']],
];

describe('A record', () => {
  test('that is as it was written has nothing against it', () => {
    expect(faultsOf(whole())).toEqual([]);
  });

  test.each(tamperings)('is not whole when %s', (_, tamper, expected) => {
    const record = whole();
    tamper(record);
    expect(faultsOf(record)).toEqual(expected);
  });

  test('is named with the line that is wrong', () => {
    const record = whole();
    linesOf(record).splice(1, 1, reasonChanged(linesOf(record)[1] ?? ''));
    expect(judgeRecord(textOf(record), { hash: sha256 }).findings).toEqual([
      { fault: 'edited', run: 'orders-1', line: 2, sentence: 'Line 2 of the record of orders-1 was changed after it was written: it does not have its digest.' },
    ]);
  });

  test('of one run is judged without the others, but always with the ledger', () => {
    const record = whole();
    record.runs.delete('shop-1');
    expect(judgeRecord(textOf(record), { hash: sha256, only: 'orders-1' }).findings).toEqual([]);
    record.ledger.splice(1, 1);
    expect(judgeRecord(textOf(record), { hash: sha256, only: 'orders-1' }).findings.map((f) => f.fault)).toContain('gap');
  });

  test('that has no outcome is open, which is no fault', () => {
    expect(faultsOf(aRecord([[anEntry('orders-1', 1)]]))).toEqual(['open']);
  });

  test('that ends in the middle of a line tells of a crash, which is no fault', () => {
    const text = textOf(whole());
    const runs = text.runs.map((one) => ({ ...one, torn: '{"dig' }));
    expect(judgeRecord({ ...text, runs }, { hash: sha256 }).findings.map((f) => f.fault)).toEqual(['torn', 'torn']);
  });

  test('cut back together with its ledger is seen only by a head that was kept outside', () => {
    const kept = judgeRecord(textOf(whole()), { hash: sha256 }).head.digest;
    const record = whole();
    record.runs.delete('shop-1');
    record.ledger.splice(2);
    expect(faultsOf(record)).toEqual([]);
    expect(faultsOf(record, kept)).toEqual(['head-not-found']);
    expect(faultsOf(whole(), kept)).toEqual([]);
  });

  test('still has the head of a run that was kept outside when the run went on since', () => {
    const record = whole();
    const early = readLine<Seal>(record.ledger[0] ?? '')?.entry.head;
    expect(faultsOf(record, early)).toEqual([]);
  });
});
