import { conditionsOf } from '../../bench/prediction/conditions.js';
import { lineOf, summaryOf, tableOf, type PredictedMove } from '../../bench/prediction/report.js';

const aMove = (of: Partial<PredictedMove> = {}): PredictedMove => ({ n: 1, what: 'stops in 3 s', to: 'west', predictedSeconds: 4, realSeconds: 5, within: true, unforeseeable: false, parts: [], load: 1, ...of });

describe('The report of predictions', () => {
  test('counts what could be known, and tells the rest', () => {
    const moves = [aMove(), aMove({ predictedSeconds: 9, within: false }), aMove({ predictedSeconds: 1, within: false, unforeseeable: true }), aMove({ realSeconds: 4 })];
    expect(summaryOf(moves)).toBe('within 1 s or 30 %: 2 of 3; off by 1.00 s in the middle, 4.00 s at worst');
    expect(tableOf(moves).split('\n').slice(2)).toEqual([
      '| 1 | stops in 3 s | 4.00 s | 5.00 s | −1.00 s, 20 % | yes |',
      '| 1 | stops in 3 s | 9.00 s | 5.00 s | +4.00 s, 80 % | NO |',
      '| 1 | stops in 3 s | 1.00 s | 5.00 s | −4.00 s, 80 % | no (could not be known) |',
      '| 1 | stops in 3 s | 4.00 s | 4.00 s | +0.00 s, 0 % | yes |',
    ]);
    expect(lineOf(aMove())).toBe('1. stops in 3 s (to west): predicted 4.00 s, was 5.00 s (−1.00 s, 20 %); within: yes');
  });
});

describe('The conditions of a bench', () => {
  test('are at least ten that can be known, with different backlog, stop and TTL', () => {
    const known = (conditionsOf(undefined) ?? []).filter(({ unforeseeable }) => unforeseeable !== true);
    expect(known.length).toBeGreaterThanOrEqual(10);
    for (const field of ['backlog', 'stop', 'ttl'] as const) expect(new Set(known.map((one) => one[field])).size).toBeGreaterThan(2);
  });

  test.each([['3', [3]], ['3-5', [3, 4, 5]], ['12-99', [12, 13]]])('of %j are %j', (range, numbers) => expect(conditionsOf(range)?.map(({ n }) => n)).toEqual(numbers));
  test.each(['', 'all', '99', '5-3', '0'])('are none of %j', (range) => expect(conditionsOf(range)).toBeNull());
});
