import { consequenceOf } from '../../src/domain/consequence.js';
import { formatMeasured, outageSteps, parseMeasured, type OutageStep } from '../../src/domain/outage-times.js';
import { backlogOf, behindMs, longestBacklog } from '../../src/domain/backlog.js';
import { measuredOf, predictedRest, predictionAt, predictOutage } from '../../src/domain/prediction.js';
import { details, screenOf } from '../../src/domain/screen.js';
import type { Status, StepStatus } from '../../src/domain/status.js';
import { aStatus } from '../cli/support.js';
import { aSecondary } from './facts.js';

const BEGAN = '2026-03-01T03:00:00.000Z';
const at = (ms: number): number => Date.parse(BEGAN) + ms;
const unseen = { pods: { stopMs: null, startMs: null }, backlog: null, measured: null };
const prediction = predictOutage({ ...unseen, pods: { stopMs: null, startMs: 2_000 } });
const outage = { startedAt: BEGAN, endedAt: null, budgetMs: 60_000, deadline: '2026-03-01T03:01:00.000Z' };
const held = { step: 'activate-target', since: BEGAN, code: 'NotReady', error: 'No pod is Ready.', advice: 'See the pods.', choices: [{ choice: 'retry', effect: 'Again.' }] } as const;

function step(name: OutageStep, state: StepStatus['state'], startedMs = 0): StepStatus {
  return { name, title: name, state, startedAt: new Date(at(startedMs)).toISOString(), endedAt: state === 'running' ? null : BEGAN, attempt: 1, note: null };
}

describe('The predicted outage', () => {
  test('takes the start from how long the pods took, and says so', () => {
    expect(prediction.parts.find((part) => part.step === 'activate-target')).toEqual({ step: 'activate-target', ms: 2_000, from: 'as long as its pods took last time' });
    expect(prediction.totalMs).toBe(prediction.parts.reduce((sum, part) => sum + part.ms, 0));
  });

  test('does not take a start within one second of the clock for none', () => {
    const start = (startMs: number) => predictOutage({ ...unseen, pods: { stopMs: null, startMs } }).parts.find((part) => part.step === 'activate-target')?.ms;
    expect([start(0), start(1_000)]).toEqual([750, 1_000]);
  });

  test('has every part where nothing could be seen', () => {
    expect(predictOutage(unseen).parts.map((part) => [part.step, part.ms > 0])).toEqual(outageSteps.map((name) => [name, true]));
  });
});

describe('What is known of an application', () => {
  const last = { at: '2026-02-01T03:00:09.000Z', steps: { 'offline-source': 4_000, 'activate-target': 9_000 } };
  const partOf = (of: Parameters<typeof predictOutage>[0], name: OutageStep) => predictOutage(of).parts.find((part) => part.step === name);

  test('says more than what is usual: what the last outage took, and when that was', () => {
    const known = { ...unseen, pods: { stopMs: null, startMs: 2_000 }, measured: last };
    expect(partOf(known, 'offline-source')).toEqual({ step: 'offline-source', ms: 4_000, from: 'as long as on 2026-02-01' });
    expect(partOf(known, 'activate-target')?.ms).toBe(9_000);
    expect(partOf(known, 'swap-roles')).toMatchObject({ ms: 500, from: 'a usual time' });
  });

  test('is a backlog that drains inside the outage, from the moment on in which the application is told to stop', () => {
    const behind = (ms: number) => ({ ms, from: 'as far as the target is behind', at: BEGAN });
    expect(partOf({ ...unseen, backlog: behind(65_000), measured: last }, 'drain-replication')).toEqual({ step: 'drain-replication', ms: 61_000, from: 'as far as the target is behind' });
    expect(partOf({ ...unseen, backlog: behind(0) }, 'drain-replication')?.from).toBe('a usual time');
    const later = (ms: number) => predictionAt(predictOutage({ ...unseen, backlog: behind(10_000), measured: last }), at(ms)).parts[1]?.ms;
    expect([later(-500), later(0), later(2_000), later(9_000)]).toEqual([6_000, 6_000, 4_000, 250]);
    expect(predictionAt(prediction, at(9_000))).toEqual(prediction);
  });

  test('is how long the hooks of its pods wait, and of what is remembered only what has changed since', () => {
    const stop = (stopMs: number | null, then?: number | null) => partOf({ ...unseen, pods: { stopMs, startMs: null }, measured: then === undefined ? null : { ...last, pods: { stopMs: then, startMs: null } } }, 'offline-source');
    expect(stop(3_000)).toMatchObject({ ms: 3_500, from: 'a usual time, and what its preStop hooks wait' });
    expect(stop(3_000, null)).toMatchObject({ ms: 7_000, from: 'as long as on 2026-02-01, and what its preStop hooks wait now' });
    expect([stop(3_000, 3_000)?.ms, stop(null, 3_000)?.ms, stop(null, 9_000)?.ms]).toEqual([4_000, 1_000, 0]);
    expect(partOf({ ...unseen, pods: { stopMs: 3_000, startMs: null }, measured: last }, 'offline-source')?.ms).toBe(4_000);
  });

  test('is how long its pods take to start now, where that is not what they took then', () => {
    const start = (startMs: number, then: number) => partOf({ ...unseen, pods: { stopMs: null, startMs }, measured: { ...last, pods: { stopMs: null, startMs: then } } }, 'activate-target')?.ms;
    expect([start(3_000, 2_000), start(6_000, 2_000), start(2_000, 8_000)]).toEqual([9_000, 6_000, 2_000]);
  });

  test.each([['0h 0m 0s', 0], ['0h 1m 5s', 65_000], ['2h 0m 1s', 7_201_000], ['N/A', null], ['', null]])('is read from %j', (text, ms) => expect(behindMs(text)).toBe(ms));

  test('is kept as text and read back, and what somebody else wrote there is nothing', () => {
    expect(parseMeasured(formatMeasured(last))).toEqual(last);
    const withPods = { ...last, pods: { stopMs: 3_000, startMs: null } };
    expect(parseMeasured(formatMeasured(withPods))).toEqual(withPods);
    expect(parseMeasured('{"at":"2026-02-01","steps":{},"pods":{"stopMs":"long"}}')).toEqual({ at: '2026-02-01', steps: {}, pods: { stopMs: null, startMs: null } });
    for (const text of ['', 'null', '{}', '{"at":"soon","steps":{}}', '{"at":"2026-02-01","steps":null}']) expect(parseMeasured(text)).toBeNull();
    expect(parseMeasured('{"at":"2026-02-01","steps":{"offline-source":-1,"swap-roles":"long","finish":5}}')).toEqual({ at: '2026-02-01', steps: {} });
  });

  test('is remembered of a run that nobody had to decide inside its outage', () => {
    const ended = new Date(at(5_000)).toISOString();
    const steps = [{ ...step('offline-source', 'done'), endedAt: new Date(at(1_500)).toISOString() }, { ...step('swap-roles', 'done'), attempt: 2 }];
    const status = aStatus({ outage: { ...outage, endedAt: ended }, steps });
    const drained = { ...status, steps: [{ ...step('drain-replication', 'done'), endedAt: new Date(at(4_000)).toISOString() }] };
    expect([measuredOf(drained), measuredOf({ ...drained, prediction: { ...prediction, backlog: { at: BEGAN, ms: 9_000, least: 300 } } })].map((one) => one?.steps)).toEqual([{ 'drain-replication': 4_000 }, { 'drain-replication': 300 }]);
    expect(measuredOf(status)).toEqual({ at: ended, steps: { 'offline-source': 1_500 } });
    expect(measuredOf({ ...status, prediction })).toMatchObject({ pods: { stopMs: null, startMs: 2_000 } });
    expect(measuredOf({ ...status, decisions: [{ id: 'd1', kind: 'retry', step: null, by: 'ann', verified: true, via: 'cli', reason: 'again', at: new Date(at(2_000)).toISOString() }] })).toBeNull();
    expect(measuredOf(aStatus({ outage, steps }))).toBeNull();
  });

  test('is not what a role command that hung took, nor an outage past its budget: the next run would be refused for it', () => {
    const steps = [{ ...step('swap-roles', 'done'), endedAt: new Date(at(40_000)).toISOString() }];
    const over = aStatus({ outage: { ...outage, endedAt: new Date(at(45_000)).toISOString() }, steps });
    const command = { site: 'east', command: 'vradmin migrate', output: '' };
    expect(measuredOf({ ...over, lastCommand: { ...command, exitCode: 0 } })).not.toBeNull();
    expect(measuredOf({ ...over, lastCommand: { ...command, exitCode: null } })).toBeNull();
    expect(measuredOf({ ...over, outage: { ...outage, endedAt: new Date(at(61_000)).toISOString() } })).toBeNull();
  });
});

describe('A backlog', () => {
  const rows: readonly (readonly [string, Parameters<typeof aSecondary>[0], number | null])[] = [
    ['takes what it is behind by', { behind: '0h 1m 5s' }, 65_000],
    ['takes the amount over the limit of the link, where both are said', { behind: '0h 1m 5s', loggingTo: 'SRL (1000 Kbytes behind, 2 % full)', bandwidth: '2.00 Mbps' }, 4_096],
    ['reads a limit in other units', { loggingTo: 'SRL (1000 Kbytes behind, 2 % full)', bandwidth: '512.00 Kbps' }, 16_000],
    ['takes the time where there is no limit', { behind: '0h 0m 3s', loggingTo: 'SRL (1000 Kbytes behind, 2 % full)', bandwidth: 'N/A' }, 3_000],
    ['takes the time where no amount is said', { behind: '0h 0m 3s', bandwidth: '2.00 Mbps' }, 3_000],
    ['is not known where nothing is said', { behind: 'N/A' }, null],
  ];
  test.each(rows)('%s', (_, secondary, ms) => expect(backlogOf(aSecondary(secondary))?.ms ?? null).toBe(ms));

  test('is that of the Secondary that takes longest', () => {
    expect(longestBacklog([aSecondary({ behind: '0h 0m 3s' }), aSecondary({ behind: '0h 0m 9s' }), aSecondary({ behind: 'N/A' })])?.ms).toBe(9_000);
    expect(longestBacklog([])).toBeNull();
  });
});

describe('The predicted rest', () => {
  const of = (steps: readonly StepStatus[], more: Partial<Status> = {}) => predictedRest(aStatus({ prediction, outage, steps, phase: 'outage', ...more }), at(400));
  const rows: readonly (readonly [string, number | null, number | null])[] = [
    ['is everything before the first step', of([]), prediction.totalMs],
    ['counts what a running step has used', of([step('offline-source', 'running')]), prediction.totalMs - 400],
    ['leaves out what is done', of([step('offline-source', 'done')]), prediction.totalMs - 500],
    ['counts a failed step whole', of([step('offline-source', 'failed')]), prediction.totalMs],
    ['is never negative when a step takes longer', of(outageSteps.map((name) => step(name, 'running', -60_000))), 0],
    ['is the start at the source while the run undoes', of([step('offline-source', 'done')], { phase: 'undoing' }), 2_000],
    ['is unknown without a prediction', of([], { prediction: null }), null],
    ['is none when the outage is over', of([], { outage: { ...outage, endedAt: BEGAN } }), null],
  ];
  test.each(rows)('%s', (_, rest, expected) => expect(rest).toBe(expected));
});

describe('The screen', () => {
  const away = aStatus({ prediction, outage, steps: [step('offline-source', 'running')], phase: 'outage', writer: null });

  test('says before the outage how long it will be', () => {
    expect(screenOf(aStatus({ prediction }), at(0)).service).toBe('The application serves; east can write. Predicted outage: 3.4 s.');
  });

  test('says inside it when the application will serve again, and in the Temporal UI without an age', () => {
    expect(screenOf(away, at(400)).service).toContain('Predicted to serve again at 03:00:03Z (rest 3.0 s).');
    expect(details(away, at(400))).toContain('Predicted to serve again at 03:00:03Z.');
    expect(details(away, at(400))).not.toContain('(0.4 s)');
  });

  test('says when the outage is over what it was and what was predicted', () => {
    const over = { ...outage, endedAt: new Date(at(1_400)).toISOString(), deadline: null };
    expect(screenOf(aStatus({ prediction, outage: over, writer: 'west' }), at(9_000)).service).toBe('The application runs on west. The outage lasted 1.4 s (from 03:00:00Z to 03:00:01Z, predicted 3.4 s); west can write.');
  });

  test('counts from the decision on while the run is held', () => {
    const status = aStatus({ prediction, outage, held, line: 'after', phase: 'held', steps: [step('offline-source', 'done'), step('drain-replication', 'done'), step('swap-roles', 'done'), step('activate-target', 'failed')] });
    expect(screenOf(status, at(60_000)).service).toContain('Predicted rest: 2.1 s from your decision on.');
    expect(screenOf(status, at(60_000)).choices).toEqual([expect.stringContaining('Again. Outage from then on: about 2.1 s if it succeeds; loses nothing.')]);
  });
});

describe('What a choice costs', () => {
  const before = aStatus({ prediction, phase: 'waiting' });
  const inside = aStatus({ prediction, outage, steps: [], phase: 'held' });
  const after = aStatus({ prediction, outage, steps: outageSteps.slice(0, 3).map((name) => step(name, 'done')), phase: 'held', line: 'after' });
  const rows = [
    ['approving begins the whole outage', consequenceOf('approve', before, at(0)), prediction.totalMs, 'nothing'],
    ['rejecting costs nothing', consequenceOf('reject', before, at(0)), 0, 'nothing'],
    ['cancelling inside the outage starts the application at the source', consequenceOf('cancel', inside, at(0)), 2_000, 'nothing'],
    ['a retry of an undo starts it at the source', consequenceOf('retry', inside, at(0)), 2_000, 'nothing'],
    ['a retry after the line goes on', consequenceOf('retry', after, at(0)), 2_150, 'nothing'],
    ['promoting the source loses what only the target has', consequenceOf('promote-source', inside, at(0)), 2_000, 'what only the target has'],
    ['promoting the target loses what only the source has', consequenceOf('promote-target', inside, at(0)), prediction.totalMs, 'what only the source has'],
  ] as const;
  test.each(rows)('%s', (_, { outageMs, loses }, ms, what) => expect([outageMs, loses]).toEqual([ms, what]));
});
