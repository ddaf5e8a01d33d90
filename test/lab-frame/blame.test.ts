import { blame } from '../../lab/long/blame.js';
import type { Result } from '../../lab/long/results.js';

const result = (name: string, ok: boolean): Result => ({ name, ok, outcome: 'completed', outageSeconds: null, progressSeconds: null, seconds: 1, reasons: ok ? [] : ['nobody is served'], at: '2026-01-01T00:00:00.000Z', commit: 'abc' });

describe('Whom the judge of a long run blames', () => {
  test('is nobody when it found nothing, and a play that failed fails alone', () => {
    const played = [result('first', true), result('second', false)];
    expect(blame(played, [])).toEqual({ kept: played, again: [] });
  });

  test('is the play that failed, for what was found after it, and those before it are played again', () => {
    const { kept, again } = blame([result('first', true), result('second', false)], ['a write was lost']);
    expect(kept).toEqual([{ ...result('second', false), reasons: ['nobody is served', 'the judge, of second: a write was lost'] }]);
    expect(again).toEqual(['first']);
  });

  test('is every play where each went well by itself', () => {
    const { kept, again } = blame([result('first', true), result('second', true)], ['a write was lost']);
    expect(kept.map(({ name, ok, reasons }) => [name, ok, reasons])).toEqual(['first', 'second'].map((name) => [name, false, ['the judge, of first, second: a write was lost']]));
    expect(again).toEqual([]);
  });

  test('is not known when it could not be asked: what went well is played again', () => {
    expect(blame([result('first', true), result('second', false)], null)).toEqual({ kept: [result('second', false)], again: ['first'] });
    expect(blame([result('first', true)], null)).toEqual({ kept: [], again: ['first'] });
  });
});
