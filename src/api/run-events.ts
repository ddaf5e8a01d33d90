import { ChangeoverError } from '../domain/errors.js';
import type { ApiVerbs, RunRow, Seen } from './verbs.js';

/** What a listener is told: a newer status, or that nobody can say at the moment. */
export type RunEvent = { readonly kind: 'seen'; readonly seen: Seen } | { readonly kind: 'unreachable'; readonly message: string };

/** What a listener has seen: a revision means something only beside the execution whose history it counts. */
export type Place = Pick<Seen, 'temporalRunId' | 'revision'>;

/** So many statuses of a run are kept, for those who come back. */
const KEPT = 64;
/** A follower whose last listener left goes on for so long, milliseconds: most come back. */
const LINGER_MS = 30_000;

/**
 * One follower per run, shared by all listeners; the newest statuses are kept, so that a listener who lost the connection gets what
 * it missed. A revision is the length of the run's history, so it means the same after a restart of this process.
 */
export class RunEvents {
  private readonly channels = new Map<string, Channel>();

  constructor(
    private readonly follow: ApiVerbs['follow'],
    private readonly lingerMs: number = LINGER_MS,
  ) {}

  /** How many runs are followed now. */
  get followed(): number {
    return [...this.channels.values()].filter((channel) => !channel.ended).length;
  }

  /** The newest status, where somebody follows the run and it answered; else null. */
  last(run: RunRow): Seen | null {
    const channel = this.channels.get(run.run);
    return channel === undefined || channel.trouble !== null ? null : (channel.log.at(-1) ?? null);
  }

  /**
   * Without `after`, the newest status and every later one. With it, what came after that place if it is still kept, else the newest.
   * Ends with the run or the signal; throws what following throws.
   */
  async *listen(run: RunRow, options: { readonly signal: AbortSignal; readonly after?: Place | undefined }): AsyncGenerator<RunEvent> {
    const channel = this.channelOf(run);
    channel.join();
    try {
      let place = options.after;
      let told: string | null = null;
      while (!options.signal.aborted) {
        const missed = channel.after(place);
        for (const seen of missed) {
          place = seen;
          told = null;
          yield { kind: 'seen', seen };
        }
        if (missed.length > 0) continue;
        if (channel.trouble !== null && channel.trouble !== told) {
          told = channel.trouble;
          yield { kind: 'unreachable', message: told };
          continue;
        }
        if (channel.ended) {
          if (channel.failure !== null) throw channel.failure;
          return;
        }
        await channel.change(options.signal);
      }
    } finally {
      channel.leave();
    }
  }

  /** Ends every follower, and with it every listening. */
  close(): void {
    for (const channel of this.channels.values()) channel.stop();
  }

  private channelOf(run: RunRow): Channel {
    const known = this.channels.get(run.run);
    // What a run that is over left is kept for those who come back; a follower that failed is begun anew.
    if (known !== undefined && (!known.ended || known.isOver)) return known;
    const channel = new Channel((options) => this.follow(run, options), this.lingerMs, () => {
      if (this.channels.get(run.run) === channel) this.channels.delete(run.run);
    });
    this.channels.set(run.run, channel);
    return channel;
  }
}

type Following = (options: { readonly signal: AbortSignal; readonly onUnreachable: (message: string) => void }) => AsyncIterable<Seen>;

/** One follower with those who listen to it. */
class Channel {
  readonly log: Seen[] = [];
  ended = false;
  /** The run itself has ended, or nothing of it is left to follow. */
  isOver = false;
  failure: Error | null = null;
  /** Why there is no news; null while there is an answer. */
  trouble: string | null = null;
  private listeners = 0;
  private linger: NodeJS.Timeout | null = null;
  private readonly aborted = new AbortController();
  private waiting: (() => void)[] = [];

  constructor(
    following: Following,
    private readonly lingerMs: number,
    private readonly onGone: () => void,
  ) {
    void this.run(following);
  }

  join(): void {
    this.listeners += 1;
    if (this.linger !== null) clearTimeout(this.linger);
    this.linger = null;
  }

  leave(): void {
    this.listeners -= 1;
    if (this.listeners > 0) return;
    this.linger = setTimeout(() => {
      this.stop();
      this.onGone();
    }, this.lingerMs);
    this.linger.unref();
  }

  stop(): void {
    if (this.linger !== null) clearTimeout(this.linger);
    this.ended = true;
    this.aborted.abort();
    this.wake();
  }

  /** What a listener at this place has missed; only the newest where what lies between is not kept. */
  after(place: Place | undefined): readonly Seen[] {
    const at = this.log.findLastIndex((seen) => seen.temporalRunId === place?.temporalRunId && seen.revision <= place.revision);
    return at === -1 ? this.log.slice(-1) : this.log.slice(at + 1);
  }

  /** Resolves with the next change, or when the signal aborts. */
  async change(signal: AbortSignal): Promise<void> {
    let wake = () => {};
    await new Promise<void>((resolve) => {
      wake = resolve;
      this.waiting.push(wake);
      signal.addEventListener('abort', wake, { once: true });
      if (signal.aborted) resolve();
    });
    signal.removeEventListener('abort', wake);
    this.waiting = this.waiting.filter((one) => one !== wake);
  }

  private async run(following: Following): Promise<void> {
    const onUnreachable = (message: string): void => {
      this.trouble = message;
      this.wake();
    };
    try {
      for await (const seen of following({ signal: this.aborted.signal, onUnreachable })) {
        this.trouble = null;
        this.log.push(seen);
        if (this.log.length > KEPT) this.log.shift();
        this.wake();
      }
      this.isOver = !this.aborted.signal.aborted;
    } catch (error) {
      this.failure = error instanceof Error ? error : new ChangeoverError('Bug', String(error));
    }
    this.ended = true;
    this.wake();
  }

  private wake(): void {
    const { waiting } = this;
    this.waiting = [];
    for (const resolve of waiting) resolve();
  }
}
