import { followFeed, type Seen } from '../../src/client/follow.js';
import type { Growth, RunFeed } from '../../src/client/run-feed.js';
import { ChangeoverError } from '../../src/domain/errors.js';
import type { Status } from '../../src/domain/status.js';
import { aStatus } from '../cli/support.js';

/** A run whose history grows when the test says so, and which counts what it is asked. */
class ScriptedRun implements RunFeed {
  asked = { more: 0, status: 0 };
  tokens: (string | null)[] = [];
  value: Status = aStatus();
  statusFaults = 0;
  private readonly growths: (Growth | Error)[] = [];
  private wake: () => void = () => {};
  private events = 3;

  newest = 'r1';

  async find(): Promise<string> {
    return this.newest;
  }

  async more(_: string, token: Uint8Array | null, signal: AbortSignal): Promise<Growth | null> {
    this.asked.more += 1;
    this.tokens.push(token === null ? null : Buffer.from(token).toString());
    while (this.growths.length === 0 && !signal.aborted) {
      await new Promise<void>((resolve) => {
        this.wake = resolve;
        signal.addEventListener('abort', () => resolve(), { once: true });
      });
    }
    const next = this.growths.shift();
    if (next instanceof Error) throw next;
    return next ?? null;
  }

  async status(): Promise<Status> {
    this.asked.status += 1;
    if (this.statusFaults > 0) {
      this.statusFaults -= 1;
      throw new ChangeoverError('Unreachable', 'no worker');
    }
    return this.value;
  }

  /** Events come. */
  grow(of: { ranCode?: boolean; closed?: boolean } = {}): void {
    this.events += 4;
    this.growths.push({ lastEvent: this.events, ranCode: of.ranCode ?? true, token: of.closed === true ? null : Buffer.from(`t${this.events}`) });
    this.wake();
  }

  fail(error: Error): void {
    this.growths.push(error);
    this.wake();
  }
}

function following(run: RunFeed, signal?: AbortSignal) {
  const complaints: string[] = [];
  const iterator = followFeed(run, { gatherMs: 0, onUnreachable: (message) => complaints.push(message), ...(signal === undefined ? {} : { signal }) });
  const next = async (): Promise<Seen | null> => {
    const { value } = (await iterator.next()) as { value: Seen | undefined };
    return value ?? null;
  };
  return { next, complaints };
}

describe('Following a run', () => {
  test('yields what stands at first, and asks no status while nothing happens', async () => {
    const run = new ScriptedRun();
    const { next } = following(run);
    run.grow();
    expect(await next()).toMatchObject({ temporalRunId: 'r1', revision: 7, status: { headline: aStatus().headline } });
    const second = next();
    await new Promise((resolve) => {
      setImmediate(resolve);
    });
    expect(run.asked).toEqual({ more: 2, status: 1 });
    run.value = aStatus({ headline: 'Staging' });
    run.grow();
    expect(await second).toMatchObject({ revision: 11, status: { headline: 'Staging' } });
    expect(run.asked.status).toBe(2);
  });

  test('asks nothing for events in which the run\'s own code did not run', async () => {
    const run = new ScriptedRun();
    const { next } = following(run);
    run.grow();
    await next();
    const last = next();
    run.grow({ ranCode: false });
    run.grow({ ranCode: false });
    run.value = aStatus({ endedAt: '2026-03-01T03:01:00.000Z' });
    run.grow({ closed: true });
    expect(await last).toMatchObject({ status: { endedAt: '2026-03-01T03:01:00.000Z' } });
    expect(run.asked.status).toBe(2);
    expect(await next()).toBeNull();
  });

  test('yields nothing twice', async () => {
    const run = new ScriptedRun();
    const { next } = following(run);
    run.grow();
    await next();
    const last = next();
    run.grow();
    run.grow({ closed: true });
    expect(await last).toBeNull();
  });

  test('goes on with the run that it continues as', async () => {
    const run = new ScriptedRun();
    const { next } = following(run);
    run.grow();
    await next();
    const turned = next();
    run.newest = 'r2';
    run.grow({ ranCode: false, closed: true });
    run.value = aStatus({ procedure: 'turn-back' });
    run.grow();
    expect(await turned).toMatchObject({ temporalRunId: 'r1' });
    expect(await next()).toMatchObject({ temporalRunId: 'r2', status: { procedure: 'turn-back' } });
    run.value = aStatus({ procedure: 'turn-back', endedAt: '2026-03-01T03:01:00.000Z' });
    run.grow({ closed: true });
    expect(await next()).toMatchObject({ temporalRunId: 'r2', status: { endedAt: '2026-03-01T03:01:00.000Z' } });
    expect(await next()).toBeNull();
  });

  test('ends with a run that was terminated, which never said that it ended', async () => {
    const run = new ScriptedRun();
    const { next } = following(run);
    run.grow({ closed: true });
    expect(await next()).toMatchObject({ status: { endedAt: null } });
    expect(await next()).toBeNull();
  });

  test('waits for a worker that does not answer, and says so', async () => {
    const run = new ScriptedRun();
    run.statusFaults = 1;
    const { next, complaints } = following(run);
    run.grow();
    expect(await next()).toMatchObject({ revision: 7 });
    expect(complaints).toEqual(['no worker']);
  });

  test('reads the history from its beginning after the server was away', async () => {
    const run = new ScriptedRun();
    const { next, complaints } = following(run);
    run.grow();
    await next();
    const later = next();
    run.fail(new Error('14 UNAVAILABLE'));
    run.value = aStatus({ headline: 'Again' });
    run.grow();
    expect(await later).toMatchObject({ revision: 11, status: { headline: 'Again' } });
    expect(complaints).toEqual(['14 UNAVAILABLE']);
    expect(run.tokens.slice(0, 3)).toEqual([null, 't7', null]);
  });

  test('ends when the signal aborts, in the middle of waiting', async () => {
    const run = new ScriptedRun();
    const stop = new AbortController();
    const { next } = following(run, stop.signal);
    run.grow();
    await next();
    const last = next();
    stop.abort();
    expect(await last).toBeNull();
  });

  test('throws where the unit has no run', async () => {
    const run = new ScriptedRun();
    run.find = () => Promise.reject(new ChangeoverError('NotFound', 'There is no run of orders.'));
    await expect(following(run).next()).rejects.toMatchObject({ code: 'NotFound' });
  });
});
