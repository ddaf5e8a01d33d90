import type { MetricMeter } from '@temporalio/common';
import type { Status } from '../../src/domain/status.js';
import { restingSince, WaitingGauges, type OpenRun } from '../../src/metrics/waiting.js';
import { aStatus } from '../cli/support.js';

const at = (minute: number) => `2026-03-01T03:${String(minute).padStart(2, '0')}:00.000Z`;

function held(minute: number): Status {
  return aStatus({ phase: 'held', held: { step: 'swap-roles', since: at(minute), code: 'SwapFailed', error: 'x', advice: 'y', choices: [{ choice: 'retry', effect: 'z' }] } });
}

/** Keeps the last value of each series. */
function keeping() {
  const values: Record<string, number> = {};
  const gauge = (name: string) => ({ set: (value: number, labels: Readonly<Record<string, unknown>>) => void (values[`${name} ${Object.values(labels).join(' ')}`] = value) });
  return { values, meter: { createGauge: gauge } as unknown as MetricMeter };
}

describe('How long a run waits', () => {
  test('is counted from the moment at which it was held', () => {
    expect(restingSince(held(7))).toBe(at(7));
  });

  test('is counted from what came last before it began to wait', () => {
    const step = { name: 'claim', title: '', state: 'done', startedAt: at(0), endedAt: at(3), attempt: 1, note: null } as const;
    const decision = { id: '1', kind: 'pause', step: null, by: 'ann', verified: false, via: 'cli', reason: 'r', at: at(5) } as const;
    expect(restingSince(aStatus({ startedAt: at(0), steps: [step], decisions: [] }))).toBe(at(3));
    expect(restingSince(aStatus({ startedAt: at(0), steps: [step], decisions: [decision] }))).toBe(at(5));
    expect(restingSince(aStatus({ startedAt: at(0), steps: [], decisions: [] }))).toBe(at(0));
  });

  test('is shown while it waits, as 0 after it, and the run is asked once', async () => {
    const { values, meter } = keeping();
    let open: readonly OpenRun[] = [{ plan: 'orders', phase: 'held', temporalRunId: 'r1' }, { plan: 'shop', phase: 'preparing', temporalRunId: 'r2' }];
    let asked = 0;
    const status = async () => {
      asked += 1;
      return held(0);
    };
    const gauges = new WaitingGauges({ list: async () => open, status }, meter);
    await gauges.look(Date.parse(at(2)));
    await gauges.look(Date.parse(at(3)));
    expect(values).toEqual({ 'changeover_waiting_seconds orders held': 180, 'changeover_open_runs held': 1, 'changeover_open_runs preparing': 1 });
    expect(asked).toBe(1);
    open = [{ plan: 'orders', phase: 'forward', temporalRunId: 'r1' }];
    await gauges.look(Date.parse(at(4)));
    expect(values).toEqual({ 'changeover_waiting_seconds orders held': 0, 'changeover_open_runs held': 0, 'changeover_open_runs preparing': 0, 'changeover_open_runs forward': 1 });
  });
});
