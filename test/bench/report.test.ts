import { compare, table } from '../../bench/report.js';
import type { MeasuredRun, Mover } from '../../bench/runs.js';

function aRun(mover: Mover, always: number, faults: readonly string[] = []): MeasuredRun {
  return {
    mover, faults, migrateSeconds: 0, load: 1, silence: null,
    outageSeconds: { always, ttl: always + 0.5 },
    historyEvents: mover === 'product' ? 240 : null,
    parts: [{ name: mover === 'floor' ? 'stop' : 'offline-source', startedAt: '2026-01-01T00:00:00.000Z', seconds: always / 2 }],
  };
}

describe('The report of a bench', () => {
  test('gives the ratio of the medians, with the least and most of neighbours', () => {
    const { outage } = compare(0, [aRun('floor', 1), aRun('product', 1.5), aRun('floor', 2), aRun('product', 2.4), aRun('floor', 3), aRun('product', 6)]);
    expect(outage.always).toEqual({
      floor: { median: 2, least: 1, most: 3, count: 3 },
      product: { median: 2.4, least: 1.5, most: 6, count: 3 },
      ratio: { median: 1.2, least: 1.2, most: 2, count: 3 },
    });
  });

  test('tells a run with faults and counts neither it nor its neighbour', () => {
    const { outage, faults } = compare(0, [aRun('floor', 1), aRun('product', 9, ['2 acknowledged writes are lost']), aRun('floor', 2), aRun('product', 3)]);
    expect(outage.always.floor).toMatchObject({ median: 2, count: 1 });
    expect(faults).toEqual(['a run of the product: 2 acknowledged writes are lost']);
  });

  test('has nothing to compare when every run has faults', () => {
    const comparison = compare(0, [aRun('floor', 1, ['no']), aRun('product', 1)]);
    expect(comparison.outage.ttl).toEqual({ floor: null, product: null, ratio: null });
    expect(table(comparison)).toContain('NOT COUNTED: a run of the floor: no');
  });

  test('shows outages, ratio, events and every step', () => {
    const text = table(compare(2, [aRun('floor', 1), aRun('product', 1.5)]));
    expect(text).toContain('`vradmin migrate` takes 2 s: 1 pair, median (least … most)');
    expect(text).toMatch(/client that obeys TTLs +1\.500 \(1\.500 … 1\.500\) +2\.000 \(2\.000 … 2\.000\) +1\.33 /);
    expect(text).toMatch(/history events +– +240/);
    expect(text).toMatch(/ stop +0\.500 /);
    expect(text).toMatch(/ offline-source +0\.750 /);
  });
});
