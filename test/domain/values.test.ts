import { canonical } from '../../src/domain/canonical.js';
import { ChangeoverError, errorTable, isRetryable, type ErrorCode } from '../../src/domain/errors.js';
import { ioLimits, limits, type Mood } from '../../src/domain/limits.js';
import { assertFresh, assertOf, PROOF_LIFETIME_MS, type Drained } from '../../src/domain/proofs.js';
import { decide, type Role } from '../../src/domain/roles.js';

describe('The table of roles has nine rows', () => {
  const rows: readonly (readonly [Role, Role, string, readonly string[]])[] = [
    ['primary', 'primary', 'both-primary', ['retry', 'promote-source', 'promote-target']],
    ['primary', 'secondary', 'unchanged', []],
    ['primary', 'unreadable', 'target-unreadable', ['retry', 'attest-target-off']],
    ['secondary', 'primary', 'swapped', []],
    ['secondary', 'secondary', 'neither-primary', ['retry', 'promote-source', 'promote-target']],
    ['secondary', 'unreadable', 'target-unreadable', ['retry', 'attest-target-off']],
    ['unreadable', 'primary', 'source-unreadable', ['retry', 'attest-source-off']],
    ['unreadable', 'secondary', 'source-unreadable', ['retry', 'attest-source-off']],
    ['unreadable', 'unreadable', 'nothing-readable', ['retry', 'attest-source-off']],
  ];
  test.each(rows)('source %s, target %s: %s', (source, target, meaning, ways) => {
    const verdict = decide({ source, target });
    expect(verdict.kind === 'held' ? verdict.reason : verdict.kind).toBe(meaning);
    expect(verdict.kind === 'held' ? verdict.ways : []).toEqual(ways);
  });
});

describe('A proof', () => {
  const nowMs = Date.parse('2026-01-01T00:01:00.000Z');
  const proof = (of: Partial<Drained> = {}): Drained => ({ kind: 'drained', run: 'orders-1', epoch: 5, at: '2026-01-01T00:00:30.000Z', readings: [], ...of });
  const stale = (act: () => void): string => {
    try {
      act();
    } catch (error) {
      if (error instanceof ChangeoverError && error.code === 'ProofStale') return error.message;
      throw error;
    }
    return 'fresh';
  };
  const rows: readonly (readonly [string, Partial<Drained>, RegExp])[] = [
    ['of this run and epoch, half a minute old, is fresh', {}, /^fresh$/],
    ['exactly as old as a proof may be is fresh', { at: new Date(nowMs - PROOF_LIFETIME_MS).toISOString() }, /^fresh$/],
    ['older than a minute is refused', { at: new Date(nowMs - PROOF_LIFETIME_MS - 1).toISOString() }, /at most 60 s/],
    ['of another run is refused', { run: 'orders-0' }, /is of run orders-0/],
    ['of another epoch is refused', { epoch: 4 }, /epoch 4; this is run orders-1, epoch 5/],
    ['from a clock a little ahead is fresh', { at: new Date(nowMs + 4_000).toISOString() }, /^fresh$/],
    ['from the future is refused', { at: new Date(nowMs + 6_000).toISOString() }, /s old/],
    ['without a readable time is refused', { at: 'yesterday' }, /NaN s old/],
  ];
  test.each(rows)('%s', (_, of, said) => {
    expect(stale(() => assertFresh(proof(of), { run: 'orders-1', epoch: 5, nowMs }))).toMatch(said);
  });

  test('may be asked for its run and epoch alone, however old it is', () => {
    const old = proof({ at: '2020-01-01T00:00:00.000Z' });
    expect(stale(() => assertOf(old, { run: 'orders-1', epoch: 5 }))).toBe('fresh');
    expect(stale(() => assertOf(old, { run: 'orders-1', epoch: 6 }))).toMatch(/epoch 6/);
  });
});

describe('Canonical JSON', () => {
  const rows: readonly (readonly [string, unknown, string])[] = [
    ['sorts keys at every depth', { b: 1, a: { d: 2, c: 3 } }, '{"a":{"c":3,"d":2},"b":1}'],
    ['keeps the order of lists', [2, 1, { b: 1, a: 2 }], '[2,1,{"a":2,"b":1}]'],
    ['leaves undefined fields out', { a: undefined, b: null }, '{"b":null}'],
    ['writes holes of a list as null, as JSON does', [undefined, 1], '[null,1]'],
    ['escapes text and keys', { 'a"b': 'c\n' }, '{"a\\"b":"c\\n"}'],
    ['writes nothing as null', undefined, 'null'],
  ];
  test.each(rows)('%s', (_, value, text) => {
    expect(canonical(value)).toBe(text);
  });

  test('reads back as what JSON would read back', () => {
    const value = { z: [1, { y: true, x: null }], a: 'ü' };
    expect(JSON.parse(canonical(value))).toEqual(JSON.parse(JSON.stringify(value)));
  });
});

describe('The limits', () => {
  const fromRecheckOn: readonly Mood[] = ['ready', 'outage', 'cross', 'forward', 'undo'];
  test.each(fromRecheckOn)('of %s: a lost worker is noticed within five seconds and a retry begins after half a second', (mood) => {
    expect(limits[mood]).toMatchObject({ heartbeat: 5_000, retryFrom: 500 });
  });

  test.each(['outage', 'cross', 'forward', 'undo'] as const)('of %s: a queue that nobody polls is noticed within fifteen seconds', (mood) => {
    expect(limits[mood].scheduleToStart).toBe(15_000);
  });

  test.each(['calm', 'ready'] as const)('of %s: a worker may be away for minutes', (mood) => {
    expect(limits[mood].scheduleToStart).toBeGreaterThanOrEqual(60_000);
  });

  test('give the role swap one attempt, and end the wait for a worker that never takes it', () => {
    expect(limits.cross.attempts).toBe(1);
    expect(limits.cross.patience).not.toBeNull();
  });

  test('leave the end of the outage to its budget alone', () => {
    expect(limits.outage).toMatchObject({ scheduleToClose: null, patience: null, attempts: 0 });
  });

  test.each(Object.entries(limits))('of %s: a call ends, and one over the network fits into it', (_, of) => {
    expect(of.startToClose).toBeGreaterThan(of.heartbeat);
    expect(of.startToClose).toBeGreaterThan(Math.max(...Object.values(ioLimits)));
  });
});

describe('Errors', () => {
  test('are tried again only where the same call may succeed', () => {
    const retried = (Object.keys(errorTable) as ErrorCode[]).filter(isRetryable);
    expect(retried).toEqual(['Unreachable', 'Throttled', 'Conflict', 'StillRunning', 'StillDraining', 'NotReady', 'NotEverywhere', 'NotRecorded']);
  });
});
