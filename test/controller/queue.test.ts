import { createQueue, type QueueOptions } from '../../src/controller/queue.js';

function aQueue(options: Partial<QueueOptions> & Pick<QueueOptions, 'work'>) {
  const pauses: number[] = [];
  const queue = createQueue({ workers: 2, failed: (_key, _error, nextMs) => pauses.push(nextMs), firstPauseMs: 4, longestPauseMs: 16, random: () => 1, ...options });
  return { queue, pauses };
}

/** Resolves when it was called so often. */
function after(times: number): { readonly done: Promise<void>; readonly call: () => void } {
  let left = times;
  let resolve = (): void => {};
  const done = new Promise<void>((r) => (resolve = r));
  return { done, call: () => void ((left -= 1) === 0 && resolve()) };
}

describe('A keyed queue', () => {
  test('works on one key by one worker at a time, and once more when it was asked for meanwhile', async () => {
    let running = 0;
    let most = 0;
    const twice = after(2);
    const { queue } = aQueue({
      work: async () => {
        running += 1;
        most = Math.max(most, running);
        await new Promise((resolve) => setImmediate(resolve));
        running -= 1;
        twice.call();
      },
    });
    queue.add('a');
    await Promise.resolve();
    for (let i = 0; i < 10; i += 1) queue.add('a');
    await twice.done;
    await queue.close();
    expect(most).toBe(1);
  });

  test('works on several keys side by side, as many as it has workers', async () => {
    const begun: string[] = [];
    const two = after(2);
    let release = (): void => {};
    const gate = new Promise<void>((r) => (release = r));
    const { queue } = aQueue({
      work: async (key) => {
        begun.push(key);
        two.call();
        await gate;
      },
    });
    for (const key of ['a', 'b', 'c']) queue.add(key);
    await two.done;
    expect(begun).toEqual(['a', 'b']);
    release();
    await queue.close();
  });

  test('comes back later and later after failures, and begins anew after a success', async () => {
    const five = after(6);
    let calls = 0;
    const { queue, pauses } = aQueue({
      work: async () => {
        calls += 1;
        five.call();
        if (calls === 5) queue.add('a');
        else throw new Error('no');
      },
    });
    queue.add('a');
    await five.done;
    await queue.close();
    expect(pauses).toEqual([4, 8, 16, 16, 4]);
  });

  test('keeps the earliest of several wishes', async () => {
    const once = after(1);
    let calls = 0;
    const { queue } = aQueue({
      work: async () => {
        calls += 1;
        once.call();
      },
    });
    queue.add('a', 60_000);
    queue.add('a', 1);
    queue.add('a', 30_000);
    await once.done;
    expect(queue.size).toBeLessThanOrEqual(1);
    await queue.close();
    expect(calls).toBe(1);
  });

  test('begins nothing more once it is closed', async () => {
    const begun: string[] = [];
    const { queue } = aQueue({ work: async (key) => void begun.push(key) });
    queue.add('late', 5);
    await queue.close();
    queue.add('a');
    expect(begun).toEqual([]);
    expect(queue.size).toBe(0);
  });
});
