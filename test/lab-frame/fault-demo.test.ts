import { faultDemoResult } from '../../lab/demo/fault-result.js';
import type { Played } from '../../lab/faults/play.js';
import type { Verdict } from '../../lab/scenario/verdict.js';

const played = (of: Partial<Played> = {}): Played => ({ outcome: 'completed', run: 'orders-1', serves: 'east', outage: { from: 1_000, to: 9_000 }, turnedBackAt: 5_000, progressSeconds: null, events: 60, reasons: [], ...of });
const gap = (from: number, to: number) => ({ from, to, seconds: (to - from) / 1000 });
const verdict = (...gaps: readonly ReturnType<typeof gap>[]): Verdict => ({ ok: true, reasons: [], writesLost: 0, writersAtOnce: 1, outages: { ttl: { longest: gap(0, 99_000), gaps } } });
const next = played({ outage: { from: 20_000, to: 22_000 }, turnedBackAt: null });

describe('What a fault has cost', () => {
  test('is read from the gaps that the client saw around each outage', () => {
    const result = faultDemoResult('x', { played: played(), next, verdict: verdict(gap(900, 9_500), gap(15_000, 15_400), gap(19_900, 23_000)) });
    expect(result).toMatchObject({ outageSeconds: 8.6, timeToServiceSeconds: 4.5, migrationOutageSeconds: 3.1, reasons: [] });
  });

  test('is too much when the way back takes more than one and a half times a migration\'s outage', () => {
    const { reasons } = faultDemoResult('x', { played: played(), next, verdict: verdict(gap(900, 9_700), gap(19_900, 23_000)) });
    expect(reasons).toEqual(['the way back took more than 1.5 times a migration\'s outage']);
  });

  test('is nothing where the run had no outage', () => {
    const refused = played({ outage: null, turnedBackAt: null, outcome: 'refused' });
    expect(faultDemoResult('x', { played: refused, next, verdict: verdict(gap(19_900, 23_000)) })).toMatchObject({ outageSeconds: null, timeToServiceSeconds: null, migrationOutageSeconds: 3.1 });
  });
});
