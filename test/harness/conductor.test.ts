import { fileURLToPath } from 'node:url';
import { activityInfo, cancellationSignal, heartbeat } from '@temporalio/activity';
import { ApplicationFailure, CancelledFailure } from '@temporalio/common';
import { Conductor } from './conductor.js';

const workflowsPath = fileURLToPath(new URL('./fixtures/workflows.ts', import.meta.url));
const open: Conductor[] = [];

async function conduct(workflow: string, act: (what: string) => Promise<string>, ...args: readonly unknown[]): Promise<Conductor> {
  const conductor = new Conductor({ workflowsPath, activities: { act } });
  open.push(conductor);
  await conductor.start(workflow, args);
  return conductor;
}

/** Waits for ever, beats each second, and ends when it is told to. */
function waits(): Promise<never> {
  const beat = setInterval(() => heartbeat('still here'), 1_000);
  heartbeat('begun');
  return new Promise((_, reject) => {
    cancellationSignal().addEventListener('abort', () => {
      clearInterval(beat);
      reject(new CancelledFailure('told to stop'));
    });
  });
}

afterEach(async () => {
  for (const conductor of open.splice(0)) await conductor.close();
});

describe('the conductor', () => {
  test('answers an activity with its result', async () => {
    const conductor = await conduct('callOnce', async (what) => `${what} at ${activityInfo().taskQueue}`, 'hello');
    expect(await conductor.run()).toBe('done');
    expect(conductor.result()).toBe('hello at site-east');
  });

  test('gives an activity its attempt, type and workflow', async () => {
    const conductor = await conduct('callOnce', async () => JSON.stringify([activityInfo().attempt, activityInfo().activityType, activityInfo().workflowExecution?.workflowId]), 'x');
    await conductor.run();
    expect(conductor.result()).toBe('[1,"act","workflow"]');
  });

  test('tries a failed activity again by its policy in virtual time', async () => {
    const tries: number[] = [];
    const conductor = await conduct('callOnce', async () => {
      tries.push(Date.now());
      if (tries.length < 4) throw ApplicationFailure.retryable('not yet', 'NotReady');
      return 'at last';
    }, 'x');
    await conductor.run();
    expect(conductor.result()).toBe('at last');
    expect(tries.map((t) => t - (tries[0] ?? 0))).toEqual([0, 500, 1_500, 3_500]);
  });

  test('stops after the greatest number of attempts and says so', async () => {
    const conductor = await conduct('tellsCause', async () => {
      throw ApplicationFailure.retryable('never', 'NotReady');
    });
    await conductor.run();
    expect(conductor.result()).toBe('MAXIMUM_ATTEMPTS_REACHED: ApplicationFailure: never');
  });

  test.each([
    ['an error that says so itself', ApplicationFailure.nonRetryable('no', 'Refused')],
    ['an error type that the policy names', ApplicationFailure.retryable('no', 'Final')],
  ])('does not repeat %s', async (_, error) => {
    let tries = 0;
    const conductor = await conduct('tellsCause', async () => {
      tries += 1;
      throw error;
    });
    await conductor.run();
    expect(tries).toBe(1);
    expect(conductor.result()).toBe('NON_RETRYABLE_FAILURE: ApplicationFailure: no');
  });

  test('ends an activity that never beats by its heartbeat timeout, five times', async () => {
    const began: number[] = [];
    const conductor = await conduct('tellsCause', async () => {
      began.push(Date.now());
      return new Promise<string>(() => {});
    });
    await conductor.run();
    expect(began).toHaveLength(5);
    expect((began[1] ?? 0) - (began[0] ?? 0)).toBe(5_500);
    expect(conductor.result()).toContain('TimeoutFailure: activity heartbeat timeout');
  });

  test('ends an activity that beats but never returns by its start-to-close timeout', async () => {
    const conductor = await conduct('tellsCause', waits);
    const start = conductor.time.now();
    await conductor.run();
    expect(conductor.result()).toContain('activity start-to-close timeout');
    expect(conductor.time.now() - start).toBeGreaterThanOrEqual(5 * 120_000);
  });

  test('fails a call to a queue that nobody polls by its schedule-to-start timeout', async () => {
    const conductor = new Conductor({ workflowsPath, activities: { act: async () => 'too late' } });
    open.push(conductor);
    conductor.unpoll('site-east');
    await conductor.start('tellsCause', []);
    await conductor.run();
    expect(conductor.result()).toBe('NON_RETRYABLE_FAILURE: TimeoutFailure: activity schedule-to-start timeout');
  });

  test('runs a waiting call when a worker polls again', async () => {
    const conductor = new Conductor({ workflowsPath, activities: { act: async () => 'in time' } });
    open.push(conductor);
    conductor.unpoll('site-east');
    await conductor.start('callOnce', ['x']);
    await conductor.advance(10_000);
    conductor.poll('site-east');
    await conductor.run();
    expect(conductor.result()).toBe('in time');
  });

  test('tries again on another worker after the first was killed', async () => {
    const conductor = await conduct('callOnce', async () => (activityInfo().attempt === 1 ? waits() : 'by the second'), 'x');
    conductor.killWorker('site-east');
    await conductor.run();
    expect(conductor.result()).toBe('by the second');
  });

  test('runs parallel activities side by side', async () => {
    let running = 0;
    let most = 0;
    const releases: (() => void)[] = [];
    const conductor = await conduct('sideBySide', async (what) => {
      running += 1;
      most = Math.max(most, running);
      if (running === 3) for (const release of releases) release();
      else await new Promise<void>((resolve) => releases.push(resolve));
      return what;
    });
    await conductor.run();
    expect(most).toBe(3);
    expect(conductor.result()).toEqual(['a', 'b', 'c']);
  });

  test('cancels through the heartbeat and lets the compensation run', async () => {
    const done: string[] = [];
    const conductor = await conduct('compensates', async (what) => {
      if (what === 'long') return waits();
      done.push(what);
      return what;
    });
    await conductor.cancel();
    expect(await conductor.run()).toBe('done');
    expect(done).toEqual(['undo']);
    expect(conductor.outcome.kind).toBe('cancelled');
  });

  test('lets a scope with a timeout cancel what waits in it', async () => {
    const conductor = await conduct('withinBudget', waits);
    const start = conductor.time.now();
    await conductor.run();
    expect(conductor.result()).toBe(`cancelled after ${start + 30_000}`);
  });

  test('does not jump over a wait for a person, and wakes after it when time is moved', async () => {
    const conductor = await conduct('waitsForPerson', async () => '');
    expect(await conductor.run()).toBe('blocked');
    await conductor.advance(24 * 3_600_000);
    expect(conductor.result()).toBe('nobody came');
  });

  test('rejects an update by its validator and accepts a good one', async () => {
    const conductor = await conduct('waitsForPerson', async () => '');
    const bad = await conductor.update('choose', ['']);
    expect(bad).toMatchObject({ kind: 'rejected', error: { message: 'Say what you choose.', type: 'Invalid' } });
    expect(await conductor.update('choose', ['left'], 'decision-1')).toEqual({ kind: 'completed', value: 'noted left' });
    expect(await conductor.update('choose', ['right'], 'decision-1')).toEqual({ kind: 'completed', value: 'noted left' });
    await conductor.run();
    expect(conductor.result()).toBe('left');
  });

  test('tells an update that works from one that failed after it was accepted', async () => {
    let release: (answer: string) => void = () => {};
    const conductor = await conduct('waitsForPerson', async (what) => {
      if (what === 'bad') throw ApplicationFailure.nonRetryable('broke', 'Refused');
      return new Promise<string>((resolve) => (release = resolve));
    });
    expect(await conductor.update('slowly', ['good'], 'good')).toEqual({ kind: 'accepted' });
    release('at last');
    await conductor.advance(0);
    expect(await conductor.update('slowly', ['good'], 'good')).toEqual({ kind: 'completed', value: 'at last' });
    expect(await conductor.update('slowly', ['bad'], 'bad')).toMatchObject({ kind: 'failed' });
  });

  test('answers queries, shows details and keeps search attributes', async () => {
    const conductor = await conduct('waitsForPerson', async () => '');
    expect(await conductor.query('chosen')).toBeNull();
    expect(await conductor.details()).toBe('**waiting** for a person');
    expect(conductor.story.attributes).toEqual({ FixturePhase: 'waiting' });
    await conductor.update('choose', ['right']);
    expect(await conductor.query('chosen')).toBe('right');
    expect(conductor.story.attributes).toEqual({ FixturePhase: 'decided' });
  });

  test('follows a workflow that continues as new', async () => {
    const conductor = await conduct('goesOn', async () => '', 0);
    await conductor.run();
    expect(conductor.result()).toBe(2);
    expect(conductor.story.continued.map((c) => c.args)).toEqual([[1], [2]]);
    expect(conductor.story.timers.map((t) => t.summary)).toEqual(['a minute', 'a minute', 'a minute']);
    expect(conductor.story.patches).toContain('longer');
  });

  test('reports a failed workflow task as the mistake it is', async () => {
    const conductor = await conduct('hasBug', async () => '');
    await expect(conductor.run()).rejects.toThrow('workflow task failed: a plain error');
  });

  test('names an activity that nobody registered', async () => {
    const conductor = new Conductor({ workflowsPath, activities: {} });
    open.push(conductor);
    await expect(conductor.start('callOnce', ['x'])).rejects.toThrow('No activity act is registered.');
  });

  test('keeps its time to itself once it is closed', async () => {
    const before = Date;
    const conductor = await conduct('callOnce', async () => '', 'x');
    expect(Date).not.toBe(before);
    await conductor.close();
    expect(Date).toBe(before);
    open.splice(0);
  });
});
