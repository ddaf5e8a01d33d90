import { consequenceOf } from '../../src/domain/consequence.js';
import { formatMeasured, outageSteps, parseMeasured, type OutageStep } from '../../src/domain/outage-times.js';
import { behindMs, measuredOf, predictedRest, predictOutage } from '../../src/domain/prediction.js';
import { details, screenOf } from '../../src/domain/screen.js';
import type { Status, StepStatus } from '../../src/domain/status.js';
import { aStatus } from '../cli/support.js';

const BEGAN = '2026-03-01T03:00:00.000Z';
const at = (ms: number): number => Date.parse(BEGAN) + ms;
const prediction = predictOutage({ slowestStartMs: 2_000, behindMs: null, measured: null });
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

  test('has every part where nothing could be seen', () => {
    expect(predictOutage({ slowestStartMs: null, behindMs: null, measured: null }).parts.map((part) => [part.step, part.ms > 0])).toEqual(outageSteps.map((name) => [name, true]));
  });
});

describe('What is known of an application', () => {
  const last = { at: '2026-02-01T03:00:09.000Z', steps: { 'offline-source': 4_000, 'activate-target': 9_000 } };
  const partOf = (of: Parameters<typeof predictOutage>[0], name: OutageStep) => predictOutage(of).parts.find((part) => part.step === name);

  test('says more than what is usual: what the last outage took, and when that was', () => {
    const known = { slowestStartMs: 2_000, behindMs: null, measured: last };
    expect(partOf(known, 'offline-source')).toEqual({ step: 'offline-source', ms: 4_000, from: 'as long as on 2026-02-01' });
    expect(partOf(known, 'activate-target')?.ms).toBe(9_000);
    expect(partOf(known, 'swap-roles')).toMatchObject({ ms: 1_000, from: 'a usual time' });
  });

  test('is a backlog that drains inside the outage', () => {
    expect(partOf({ slowestStartMs: null, behindMs: 65_000, measured: last }, 'drain-replication')).toEqual({ step: 'drain-replication', ms: 65_000, from: 'as far as the target is behind' });
    expect(partOf({ slowestStartMs: null, behindMs: 0, measured: null }, 'drain-replication')?.from).toBe('a usual time');
  });

  test.each([['0h 0m 0s', 0], ['0h 1m 5s', 65_000], ['2h 0m 1s', 7_201_000], ['N/A', null], ['', null]])('is read from %j', (text, ms) => expect(behindMs(text)).toBe(ms));

  test('is kept as text and read back, and what somebody else wrote there is nothing', () => {
    expect(parseMeasured(formatMeasured(last))).toEqual(last);
    for (const text of ['', 'null', '{}', '{"at":"soon","steps":{}}', '{"at":"2026-02-01","steps":null}']) expect(parseMeasured(text)).toBeNull();
    expect(parseMeasured('{"at":"2026-02-01","steps":{"offline-source":-1,"swap-roles":"long","finish":5}}')).toEqual({ at: '2026-02-01', steps: {} });
  });

  test('is remembered of a run that nobody had to decide inside its outage', () => {
    const ended = new Date(at(5_000)).toISOString();
    const steps = [{ ...step('offline-source', 'done'), endedAt: new Date(at(1_500)).toISOString() }, { ...step('swap-roles', 'done'), attempt: 2 }];
    const status = aStatus({ outage: { ...outage, endedAt: ended }, steps });
    expect(measuredOf(status)).toEqual({ at: ended, steps: { 'offline-source': 1_500 } });
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

describe('The predicted rest', () => {
  const of = (steps: readonly StepStatus[], more: Partial<Status> = {}) => predictedRest(aStatus({ prediction, outage, steps, phase: 'outage', ...more }), at(400));
  const rows: readonly (readonly [string, number | null, number | null])[] = [
    ['is everything before the first step', of([]), prediction.totalMs],
    ['counts what a running step has used', of([step('offline-source', 'running')]), prediction.totalMs - 400],
    ['leaves out what is done', of([step('offline-source', 'done')]), prediction.totalMs - 1_000],
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
    expect(screenOf(aStatus({ prediction }), at(0)).service).toBe('The application serves; east can write. Predicted outage: 4.8 s.');
  });

  test('says inside it when the application will serve again, and in the Temporal UI without an age', () => {
    expect(screenOf(away, at(400)).service).toContain('Predicted to serve again at 03:00:04Z (rest 4.4 s).');
    expect(details(away, at(400))).toContain('Predicted to serve again at 03:00:04Z.');
    expect(details(away, at(400))).not.toContain('(0.4 s)');
  });

  test('says when the outage is over what it was and what was predicted', () => {
    const over = { ...outage, endedAt: new Date(at(1_400)).toISOString(), deadline: null };
    expect(screenOf(aStatus({ prediction, outage: over, writer: 'west' }), at(9_000)).service).toBe('The outage lasted 1.4 s (from 03:00:00Z to 03:00:01Z, predicted 4.8 s); west can write.');
  });

  test('counts from the decision on while the run is held', () => {
    const status = aStatus({ prediction, outage, held, line: 'after', phase: 'held', steps: [step('offline-source', 'done'), step('drain-replication', 'done'), step('swap-roles', 'done'), step('activate-target', 'failed')] });
    expect(screenOf(status, at(60_000)).service).toContain('Predicted rest: 2.3 s from your decision on.');
    expect(screenOf(status, at(60_000)).choices).toEqual([expect.stringContaining('Again. Outage from then on: about 2.3 s if it succeeds; loses nothing.')]);
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
    ['a retry after the line goes on', consequenceOf('retry', after, at(0)), 2_300, 'nothing'],
    ['promoting the source loses what only the target has', consequenceOf('promote-source', inside, at(0)), 2_000, 'what only the target has'],
    ['promoting the target loses what only the source has', consequenceOf('promote-target', inside, at(0)), prediction.totalMs, 'what only the source has'],
  ] as const;
  test.each(rows)('%s', (_, { outageMs, loses }, ms, what) => expect([outageMs, loses]).toEqual([ms, what]));
});
