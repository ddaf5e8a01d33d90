import type { Client } from '@temporalio/client';
import { followFeed, type FollowOptions, type Seen } from './follow.js';
import { runFeed } from './run-feed.js';

/** How the hub follows one unit; another in tests. */
export type Follower = (unit: string, options: FollowOptions) => AsyncIterable<Seen>;

/**
 * One follower per run, shared by any number of subscribers: Temporal and the worker are asked as often for a thousand subscribers as
 * for one. A follower ends with its run or with its last subscriber. A subscriber that is slow misses what lay between, never the last.
 */
export class StatusHub {
  private readonly channels = new Map<string, Channel>();

  constructor(
    private readonly follower: Follower,
    private readonly onUnreachable: (unit: string, message: string) => void = () => {},
  ) {}

  static over(client: Client, onUnreachable?: (unit: string, message: string) => void): StatusHub {
    return new StatusHub((unit, options) => followFeed(runFeed(client, unit), options), onUnreachable);
  }

  /** What was seen last of a unit while somebody followed it. It may be old: nobody follows it now, or Temporal does not answer. */
  last(unit: string): Seen | null {
    return this.channels.get(unit)?.last ?? null;
  }

  /** How many units are followed now. */
  get followed(): number {
    return [...this.channels.values()].filter((channel) => channel.isOpen).length;
  }

  /**
   * Yields the newest status, then each newer one, until the run has ended or the signal aborts. With `after`, what the subscriber has
   * seen of the same run is left out. Throws what following throws (`NotFound`).
   */
  async *subscribe(unit: string, options: { readonly signal?: AbortSignal; readonly after?: Pick<Seen, 'temporalRunId' | 'revision'> } = {}): AsyncGenerator<Seen> {
    const channel = this.channelOf(unit);
    channel.join();
    const { after } = options;
    const isKnown = (seen: Seen) => seen.temporalRunId === after?.temporalRunId && seen.revision <= after.revision;
    let last: Seen | null = null;
    try {
      while (options.signal?.aborted !== true) {
        const seen = channel.fresh;
        if (seen !== null && seen !== last && !isKnown(seen)) {
          last = seen;
          yield seen;
          continue;
        }
        if (!channel.isOpen) {
          if (channel.failure !== null) throw channel.failure;
          return;
        }
        await channel.next(options.signal);
      }
    } finally {
      channel.leave();
    }
  }

  /** Ends every follower; every subscription ends with it. */
  close(): void {
    for (const channel of this.channels.values()) channel.stop();
  }

  private channelOf(unit: string): Channel {
    const known = this.channels.get(unit);
    if (known?.isOpen === true) return known;
    const channel = new Channel((options) => this.follower(unit, options), (message) => this.onUnreachable(unit, message), known?.last ?? null);
    this.channels.set(unit, channel);
    return channel;
  }
}

/** One follower with those who listen to it. */
class Channel {
  isOpen = true;
  failure: Error | null = null;
  /** What this follower itself has seen last. */
  fresh: Seen | null = null;
  private readonly ended = new AbortController();
  private waiting: (() => void)[] = [];
  private listeners = 0;

  constructor(
    private readonly follower: (options: FollowOptions) => AsyncIterable<Seen>,
    private readonly onUnreachable: (message: string) => void,
    private readonly before: Seen | null,
  ) {
    void this.run();
  }

  get last(): Seen | null {
    return this.fresh ?? this.before;
  }

  join(): void {
    this.listeners += 1;
  }

  leave(): void {
    this.listeners -= 1;
    if (this.listeners === 0) this.stop();
  }

  stop(): void {
    this.isOpen = false;
    this.ended.abort();
    this.wake();
  }

  /** Resolves when something is new, when the follower has ended, or when the signal aborts. */
  async next(signal: AbortSignal | undefined): Promise<void> {
    let onAbort = () => {};
    await new Promise<void>((resolve) => {
      onAbort = resolve;
      this.waiting.push(resolve);
      signal?.addEventListener('abort', onAbort, { once: true });
      if (signal?.aborted === true) resolve();
    });
    signal?.removeEventListener('abort', onAbort);
  }

  private async run(): Promise<void> {
    try {
      for await (const seen of this.follower({ signal: this.ended.signal, onUnreachable: this.onUnreachable })) {
        this.fresh = seen;
        this.wake();
      }
    } catch (error) {
      this.failure = error instanceof Error ? error : new Error(String(error));
    }
    this.isOpen = false;
    this.wake();
  }

  private wake(): void {
    const { waiting } = this;
    this.waiting = [];
    for (const resolve of waiting) resolve();
  }
}
