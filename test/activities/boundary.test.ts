import { jest } from '@jest/globals';
import { ActivityCancellationDetails, ApplicationFailureCategory } from '@temporalio/common';
import { MockActivityEnvironment } from '@temporalio/testing';
import { changing, looking, show } from '../../src/activities/boundary.js';
import { ChangeoverError } from '../../src/domain/errors.js';
import { quietLogger } from '../harness/quiet-logger.js';
import { Bench, failureOf } from './support.js';

const bench = () => {
  const made = new Bench();
  made.claim();
  return made;
};

describe('A changing activity', () => {
  test('takes its step\'s turn before it does anything, and a retry of Temporal is a later turn', async () => {
    const b = bench();
    const place = b.place('protect-volumes', { attempt: 7 });
    let seen = 0;
    const look = () => changing(b.world.ports, place, async () => void (seen = b.record('east').turns['protect-volumes'] ?? 0));
    await b.run(look);
    const first = seen;
    expect(first).toBeGreaterThan(0);
    await b.run(look, b.attempt(2));
    expect(seen).toBe(first + 1);
  });

  test('a new call of the run comes after every retry of an older one', async () => {
    const b = bench();
    await b.run(() => changing(b.world.ports, b.place('protect-volumes', { attempt: 7 }), async () => undefined), b.attempt(4_000));
    expect((await failureOf(b.run(() => changing(b.world.ports, b.place('protect-volumes', { attempt: 8 }), async () => undefined)))).code).toBe('none');
  });

  test('an older attempt that wakes stops at its next guard, and cannot change the record either', async () => {
    const b = bench();
    const late = async (how: 'guard' | 'own') =>
      b.run(() =>
        changing(b.world.ports, b.place('offline-source', { attempt: 1 }), async (work, _site, own) => {
          b.setRecord('east', { turns: { 'offline-source': 2_000_001 } });
          await (how === 'guard' ? work.guard() : own((record) => ({ ...record, writer: null })));
        }),
      );
    expect(await failureOf(late('guard'))).toMatchObject({ code: 'OwnershipLost', retryable: false });
    b.setRecord('east', { turns: {} });
    expect(await failureOf(late('own'))).toMatchObject({ code: 'OwnershipLost', retryable: false });
    expect(b.record('east').writer).toBe('east');
  });

  describe('that stands still while its guard is answered', () => {
    afterEach(() => jest.restoreAllMocks());

    /** A guard of an attempt whose first answers each take so long to be heard; in the meantime `happens`. */
    const guarded = async ({ b, stillMs, answers, happens = () => undefined }: { b: Bench; stillMs: number; answers: number; happens?: () => void }) => {
      let clock = 0;
      let asked = 0;
      jest.spyOn(performance, 'now').mockImplementation(() => clock);
      const east = b.world.ports.site('east');
      const read = async (unit: string) => {
        const record = await east.ownership.read(unit);
        asked += 1;
        if (asked > answers) return record;
        clock += stillMs;
        happens();
        return record;
      };
      const ports = { ...b.world.ports, site: () => ({ ...east, ownership: { ...east.ownership, read } }) };
      const failure = await failureOf(b.run(() => changing(ports, b.place('swap-roles', { attempt: 1 }), (work) => work.guard())));
      return { ...failure, asked };
    };

    test('asks again, and stops when another attempt has taken the step meanwhile', async () => {
      const b = bench();
      const happens = () => b.setRecord('east', { turns: { 'swap-roles': 2_000_001 } });
      expect(await guarded({ b, stillMs: 5_000, answers: 1, happens })).toMatchObject({ code: 'OwnershipLost', retryable: false, asked: 2 });
    });

    test('asks again, and goes on when the step is still its own', async () => {
      expect(await guarded({ b: bench(), stillMs: 5_000, answers: 1 })).toMatchObject({ code: 'none', asked: 2 });
    });

    test('does not ask again for an answer that came before anybody could take the step', async () => {
      expect(await guarded({ b: bench(), stillMs: 1_000, answers: 9 })).toMatchObject({ code: 'none', asked: 1 });
    });

    test('changes nothing by answers that are all too old, and is tried again', async () => {
      expect(await guarded({ b: bench(), stillMs: 5_000, answers: 9 })).toMatchObject({ code: 'Unreachable', retryable: true });
    });
  });

  const lost: readonly (readonly [string, (b: Bench) => void])[] = [
    ['another run holds the unit', (b) => b.setRecord('east', { run: 'orders-9' })],
    ['the unit is free', (b) => b.setRecord('east', { run: null })],
    ['the epoch went on', (b) => b.setRecord('east', { epoch: 9 })],
  ];
  test.each(lost)('does nothing when %s', async (_, happens) => {
    const b = bench();
    happens(b);
    const acted: string[] = [];
    expect(await failureOf(b.run(() => changing(b.world.ports, b.place('claim'), async () => void acted.push('acted'))))).toMatchObject({ code: 'OwnershipLost', retryable: false });
    expect(acted).toEqual([]);
  });

  test('does nothing when the record is of another cluster than the plan pinned, at the start and in the middle', async () => {
    const b = bench();
    const swapped = () => b.setRecord('east', { clusterUid: 'uid-of-west' });
    expect(
      await failureOf(
        b.run(() =>
          changing(b.world.ports, b.place('claim'), async (work) => {
            swapped();
            await work.guard();
          }),
        ),
      ),
    ).toMatchObject({ code: 'WrongSite', retryable: false });
    expect(await failureOf(b.run(() => changing(b.world.ports, b.place('claim'), async () => undefined)))).toMatchObject({ code: 'WrongSite', retryable: false });
  });

  test('does nothing in a cluster that was rebuilt and has its old record back', async () => {
    const b = bench();
    b.world.site('east').clusterUid = 'uid-of-the-rebuilt-east';
    expect(await failureOf(b.run(() => changing(b.world.ports, b.place('claim'), async () => undefined)))).toMatchObject({ code: 'WrongSite', retryable: false });
    expect(b.world.calls.filter(({ call }) => call === 'Ownership.update')).toEqual([]);
  });

  test('says so when the record is gone in the middle', async () => {
    const b = bench();
    expect(
      await failureOf(
        b.run(() =>
          changing(b.world.ports, b.place('claim'), async (work) => {
            b.world.site('east').ownership.clear();
            await work.guard();
          }),
        ),
      ),
    ).toMatchObject({ code: 'OwnershipGone' });
  });
});

describe('A call inside the outage', () => {
  const waits = (b: Bench, withinMs: number | undefined, env = b.attempt()) =>
    failureOf(
      b.run(
        () =>
          changing(b.world.ports, b.place('drain-replication', withinMs === undefined ? {} : { withinMs }), async (work) => {
            work.report('the link to west is paused.');
            work.signal.throwIfAborted();
            await new Promise((_, reject) => work.signal.addEventListener('abort', () => reject(work.signal.reason as Error)));
          }),
        env,
      ),
    );

  test('ends its waiting with the budget, is not tried again, and says what it waited for', async () => {
    const b = bench();
    expect(await waits(b, 450)).toMatchObject({ code: 'DeadlinePassed', retryable: false, message: `The outage budget of ${b.plan.request.options.outageBudgetMs / 1000} s was used up before the line, while: the link to west is paused.` });
  });

  test('that is cancelled before is cancelled, whatever is left of the budget', async () => {
    const b = bench();
    const env = b.attempt();
    const call = waits(b, 60_000, env);
    env.cancel('CANCELLED', new ActivityCancellationDetails({ cancelRequested: true }));
    expect(await call).toMatchObject({ code: 'CancelledFailure' });
  });
});

describe('A worker that shuts down', () => {
  const waits = () => looking((work) => new Promise((_, reject) => work.signal.addEventListener('abort', () => reject(new Error('aborted')))));
  const stopped = async (reason: 'WORKER_SHUTDOWN' | 'CANCELLED', details: ConstructorParameters<typeof ActivityCancellationDetails>[0]) => {
    const b = bench();
    const env = b.attempt();
    const call = failureOf(b.run(waits, env));
    env.cancel(reason, new ActivityCancellationDetails(details));
    return call;
  };

  test('makes the attempt fail so that it is tried again, and is never read as a cancel', async () => {
    expect(await stopped('WORKER_SHUTDOWN', { workerShutdown: true })).toMatchObject({ code: 'Unreachable', retryable: true });
  });

  test('is told apart from a cancel', async () => {
    expect(await stopped('CANCELLED', { cancelRequested: true })).toMatchObject({ code: 'CancelledFailure' });
  });
});

describe('Errors on their way to Temporal', () => {
  const thrown = (error: unknown) => failureOf(bench().run(() => looking(async () => Promise.reject(error))));

  test.each([
    ['Unreachable', true, null],
    ['Conflict', true, null],
    ['StillRunning', true, ApplicationFailureCategory.BENIGN],
    ['StillDraining', true, ApplicationFailureCategory.BENIGN],
    ['NotReady', true, ApplicationFailureCategory.BENIGN],
    ['Refused', false, null],
    ['RoleChanged', false, null],
    ['OutcomeUnknown', false, null],
    ['OwnershipLost', false, null],
    ['ProofStale', false, null],
    ['NeedsDecision', false, null],
  ] as const)('%s: tried again %s', async (code, retryable, category) => {
    expect(await thrown(new ChangeoverError(code, 'what is'))).toEqual({ code, retryable, category, message: 'what is' });
  });

  test('what nobody knows is our mistake, and is tried again', async () => {
    expect(await thrown(new TypeError('x is not a function'))).toMatchObject({ code: 'Bug', retryable: true, message: 'TypeError: x is not a function' });
    expect(await thrown('a text')).toMatchObject({ code: 'Bug', retryable: true });
  });

  test('what only shows something never fails the activity', async () => {
    const b = bench();
    expect((await failureOf(b.run(() => looking(() => show('the phase', async () => Promise.reject(new Error('no answer'))))))).code).toBe('none');
  });
});

describe('A beat', () => {
  test.each([[true, 0], [false, 1]] as const)('of a call within the workflow task %s: %i', async (isLocal, beats) => {
    const env = new MockActivityEnvironment({ isLocal, heartbeatTimeoutMs: 5_000 }, { logger: quietLogger });
    let heard = 0;
    env.on('heartbeat', () => (heard += 1));
    await bench().run(() => looking(async () => undefined), env);
    expect(heard).toBe(beats);
  });
});
