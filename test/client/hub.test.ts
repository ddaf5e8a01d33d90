import type { FollowOptions, Seen } from '../../src/client/follow.js';
import { StatusHub } from '../../src/client/hub.js';
import { ChangeoverError } from '../../src/domain/errors.js';
import { aStatus } from '../cli/support.js';

function seen(revision: number, headline = `at ${revision}`): Seen {
  return { temporalRunId: 'r1', revision, status: aStatus({ headline }) };
}

/** A source of statuses which counts how often it is followed, and which knows when nobody follows it any more. */
class Source {
  started = 0;
  stopped = 0;
  private readonly queue: (Seen | Error | 'end')[] = [];
  private wake: () => void = () => {};

  readonly follower = (_: string, options: FollowOptions): AsyncIterable<Seen> => this.follow(options);

  say(...what: (Seen | Error | 'end')[]): void {
    this.queue.push(...what);
    this.wake();
  }

  private async *follow({ signal }: FollowOptions): AsyncGenerator<Seen> {
    this.started += 1;
    try {
      while (signal?.aborted !== true) {
        const next = this.queue.shift();
        if (next === 'end') return;
        if (next instanceof Error) throw next;
        if (next !== undefined) yield next;
        else {
          await new Promise<void>((resolve) => {
            this.wake = resolve;
            signal?.addEventListener('abort', () => resolve(), { once: true });
          });
        }
      }
    } finally {
      this.stopped += 1;
    }
  }
}

async function collect(from: AsyncIterable<Seen>): Promise<readonly number[]> {
  const revisions: number[] = [];
  for await (const { revision } of from) revisions.push(revision);
  return revisions;
}

const turn = () => new Promise((resolve) => setImmediate(resolve));

describe('The hub', () => {
  test('follows a run once for any number of subscribers, and each sees the last status', async () => {
    const source = new Source();
    const hub = new StatusHub(source.follower);
    const all = Promise.all(Array.from({ length: 50 }, () => collect(hub.subscribe('orders'))));
    await turn();
    source.say(seen(3));
    await turn();
    source.say(seen(9));
    await turn();
    source.say('end');
    for (const revisions of await all) expect(revisions).toEqual([3, 9]);
    expect(source.started).toBe(1);
    expect(hub.followed).toBe(0);
    expect(hub.last('orders')).toEqual(seen(9));
  });

  test('gives a late subscriber the last status at once', async () => {
    const source = new Source();
    const hub = new StatusHub(source.follower);
    const early = collect(hub.subscribe('orders'));
    source.say(seen(3), seen(5));
    await turn();
    const late = hub.subscribe('orders');
    expect((await late.next()).value).toEqual(seen(5));
    await late.return(undefined);
    source.say('end');
    await early;
  });

  test('leaves out what a subscriber has seen of the same run, and nothing of another', async () => {
    const source = new Source();
    const hub = new StatusHub(source.follower);
    const known = collect(hub.subscribe('orders', { after: { temporalRunId: 'r1', revision: 5 } }));
    const other = collect(hub.subscribe('orders', { after: { temporalRunId: 'r0', revision: 500 } }));
    source.say(seen(5));
    await turn();
    source.say(seen(8), 'end');
    expect(await known).toEqual([8]);
    expect(await other).toEqual([5, 8]);
  });

  test('stops following with the last subscriber, and follows anew for the next', async () => {
    const source = new Source();
    const hub = new StatusHub(source.follower);
    const stop = new AbortController();
    const first = collect(hub.subscribe('orders', { signal: stop.signal }));
    source.say(seen(3));
    await turn();
    stop.abort();
    expect(await first).toEqual([3]);
    await turn();
    expect([source.started, source.stopped, hub.followed]).toEqual([1, 1, 0]);
    const again = hub.subscribe('orders');
    source.say(seen(4));
    expect((await again.next()).value).toEqual(seen(4));
    expect(source.started).toBe(2);
    hub.close();
    expect((await again.next()).done).toBe(true);
  });

  test('tells every subscriber why there is nothing to follow', async () => {
    const source = new Source();
    const hub = new StatusHub(source.follower);
    source.say(new ChangeoverError('NotFound', 'There is no run of orders.'));
    const both = [collect(hub.subscribe('orders')), collect(hub.subscribe('orders'))];
    for (const one of both) await expect(one).rejects.toMatchObject({ code: 'NotFound' });
  });
});
