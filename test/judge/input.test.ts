import { appendFileSync, rmSync, writeFileSync } from 'node:fs';
import { at, CraftedRun } from './support/run.js';

let run: CraftedRun;

beforeEach(() => {
  run = new CraftedRun();
});

afterEach(() => run.remove());

describe('input the judge cannot believe is a failure with its reason', () => {
  test.each([
    ['a missing record of the client', 'acks.jsonl'],
    ['a missing ledger', 'west/orders.log'],
    ['a missing ledger of the other site', 'east/orders.log'],
    ['a missing table', 'west/table'],
    ['a missing writability log', 'east/writability.jsonl'],
  ])('%s', (_, file) => {
    rmSync(run.write().path(...file.split('/')));
    const { ok, reasons, findings } = run.judged();
    expect({ ok, findings }).toEqual({ ok: false, findings: null });
    expect(reasons.join('\n')).toContain(`${file}: ENOENT`);
  });

  test.each([
    ['a broken line in the ledger', 'west/orders.log', 'orders.log: line 7 is not an entry'],
    ['a broken line in the record of the client', 'acks.jsonl', 'acks.jsonl: line 9 is not a record of the client'],
    ['a broken line in a writability log', 'west/writability.jsonl', 'writability.jsonl: line 3 is not a change of writability'],
  ])('%s', (_, file, reason) => {
    appendFileSync(run.write().path(...file.split('/')), '{"half":\n');
    expect(run.judged().reasons.join('\n')).toContain(reason);
  });

  test('a record without one acknowledgement', () => {
    run.acks = [];
    expect(run.write().judged().reasons.join()).toContain('not one acknowledgement');
  });

  test('an unreadable table record', () => {
    run.tables['west'] = 'x'.repeat(256);
    expect(run.write().judged().reasons.join()).toContain('table: record 1 cannot be read');
  });

  test('a torn, an empty, and a log that goes back in time', () => {
    appendFileSync(run.write().path('west', 'writability.jsonl'), '{"site":"west"');
    expect(run.judged().reasons.join()).toContain('the last line is torn');
    writeFileSync(run.path('west', 'writability.jsonl'), '');
    expect(run.judged().reasons).toEqual([expect.stringContaining('holds no line')]);
    run.changes = run.changes.toReversed();
    expect(run.write().judged().reasons.join()).toContain('line 2 goes back in time');
  });

  test('several volume groups of which none is named', () => {
    run.changes.push({ site: 'west', atMs: at(1), writable: true, rvg: 'other_rvg' });
    expect(run.write().judged().reasons.join()).toContain('name one with --rvg');
    expect(run.judged(['--rvg', 'orders_rvg']).reasons).toEqual([]);
    expect(run.judged(['--rvg', 'no_rvg']).reasons.join()).toContain('do not hold volume group no_rvg');
  });

  test('logs that are silent about a site, or that name another Primary', () => {
    expect(run.write().judged(['--primary', 'east']).reasons).toEqual(['east was to be Primary at the end, the logs say west']);
    writeFileSync(run.path('west', 'writability.jsonl'), `${JSON.stringify({ site: 'south', rvg: 'orders_rvg', atMs: at(0), writable: false })}\n`);
    expect(run.judged().reasons).toEqual(['no writability log speaks of west']);
  });

  test('everything that is wrong is said at once', () => {
    run.write();
    rmSync(run.path('acks.jsonl'));
    rmSync(run.path('west', 'orders.log'));
    rmSync(run.path('east', 'table'));
    expect(run.judged().reasons).toHaveLength(3);
  });
});
