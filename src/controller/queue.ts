/** A queue of keys: each is worked on by one worker at a time, asked for ten times it is done once more, and comes back later when it fails. */
export interface KeyedQueue {
  /** Now, or after so many milliseconds; the earliest of several wishes counts. */
  add(key: string, afterMs?: number): void;
  /** Keys that wait or are being worked on. */
  readonly size: number;
  /** Nothing more is begun; resolves when what was begun has ended. */
  close(): Promise<void>;
}

export interface QueueOptions {
  readonly workers: number;
  /** Throws when the key is to come back. */
  readonly work: (key: string) => Promise<void>;
  readonly failed: (key: string, error: unknown, nextMs: number) => void;
  readonly firstPauseMs?: number;
  readonly longestPauseMs?: number;
  /** Between 0 and 1. */
  readonly random?: () => number;
}

const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 60_000;

export function createQueue(options: QueueOptions): KeyedQueue {
  return new Queue(options);
}

class Queue implements KeyedQueue {
  private readonly timers = new Map<string, { readonly timer: NodeJS.Timeout; readonly atMs: number }>();
  private readonly ready: string[] = [];
  private readonly working = new Map<string, Promise<void>>();
  /** Asked for again while it was worked on: after how long. */
  private readonly again = new Map<string, number>();
  private readonly failures = new Map<string, number>();
  private closed = false;

  constructor(private readonly options: QueueOptions) {}

  get size(): number {
    return this.timers.size + this.ready.length + this.working.size;
  }

  add(key: string, afterMs = 0): void {
    if (this.closed || this.ready.includes(key)) return;
    if (this.working.has(key)) {
      this.again.set(key, Math.min(afterMs, this.again.get(key) ?? afterMs));
      return;
    }
    const atMs = performance.now() + afterMs;
    const waiting = this.timers.get(key);
    if (waiting !== undefined) {
      if (waiting.atMs <= atMs) return;
      clearTimeout(waiting.timer);
      this.timers.delete(key);
    }
    if (afterMs > 0) this.timers.set(key, { atMs, timer: setTimeout(() => this.due(key), afterMs) });
    else this.enqueue(key);
  }

  async close(): Promise<void> {
    this.closed = true;
    for (const { timer } of this.timers.values()) clearTimeout(timer);
    this.timers.clear();
    this.ready.length = 0;
    await Promise.all(this.working.values());
  }

  private due(key: string): void {
    this.timers.delete(key);
    this.enqueue(key);
  }

  private enqueue(key: string): void {
    this.ready.push(key);
    this.fill();
  }

  private fill(): void {
    while (!this.closed && this.working.size < this.options.workers) {
      const key = this.ready.shift();
      if (key === undefined) return;
      this.working.set(key, this.one(key));
    }
  }

  private async one(key: string): Promise<void> {
    let pause: number | null = null;
    try {
      // Never within the caller of `add`.
      await Promise.resolve();
      await this.options.work(key);
      this.failures.delete(key);
    } catch (error) {
      pause = this.pauseAfterFailure(key);
      this.options.failed(key, error, pause);
    }
    this.working.delete(key);
    const again = this.again.get(key);
    this.again.delete(key);
    if (again !== undefined || pause !== null) this.add(key, Math.min(again ?? Infinity, pause ?? Infinity));
    this.fill();
  }

  private pauseAfterFailure(key: string): number {
    const failures = (this.failures.get(key) ?? 0) + 1;
    this.failures.set(key, failures);
    const { firstPauseMs = FIRST_PAUSE_MS, longestPauseMs = LONGEST_PAUSE_MS, random = Math.random } = this.options;
    return Math.min(longestPauseMs, firstPauseMs * 2 ** (failures - 1)) * (0.75 + random() / 4);
  }
}
