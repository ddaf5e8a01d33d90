import { setTimeout as pause } from 'node:timers/promises';
import type { Client } from '@temporalio/client';
import { ChangeoverError } from '../domain/errors.js';
import type { Status } from '../domain/status.js';
import { runFeed, type Growth, type RunFeed } from './run-feed.js';

export interface FollowOptions {
  readonly signal?: AbortSignal;
  /** Temporal or a control worker does not answer; following goes on. May be called again with the same message. */
  readonly onUnreachable?: (message: string) => void;
}

/** A status and when it was: `revision` is the number of events in the run's history then, alike for every follower and after every restart. */
export interface Seen {
  readonly temporalRunId: string;
  readonly revision: number;
  readonly status: Status;
}

/** Events come in bursts of one workflow task; the status is asked for once a burst. */
const GATHER_MS = 80;

const RETRY_FROM_MS = 250;
const RETRY_AT_MOST_MS = 2_000;

/** Yields the status whenever it changed, until the run has ended or the signal aborts. A worker or a server that restarts is waited for. */
export async function* follow(client: Client, unit: string, options: FollowOptions = {}): AsyncGenerator<Status> {
  for await (const { status } of followFeed(runFeed(client, unit), options)) yield status;
}

/**
 * Follows the run that is the newest when it begins. The history is waited for, not asked again and again: a run that rests costs
 * one waiting call. Throws `NotFound` where the unit has no run.
 */
export async function* followFeed(feed: RunFeed, options: FollowOptions & { readonly gatherMs?: number } = {}): AsyncGenerator<Seen> {
  const stop = new AbortController();
  const onAbort = () => stop.abort();
  options.signal?.addEventListener('abort', onAbort, { once: true });
  if (options.signal?.aborted === true) onAbort();
  const insist = insistence(stop.signal, options.onUnreachable ?? (() => {}));
  try {
    let runId = await insist(() => feed.find());
    while (runId !== null) {
      const followed = runId;
      let ended = true;
      for await (const seen of followRun(feed, followed, { insist, signal: stop.signal, gatherMs: options.gatherMs ?? GATHER_MS })) {
        ended = seen.status.endedAt !== null;
        yield seen;
      }
      if (ended) return;
      // A run that closed without an end goes on as another procedure, under the same id. One that was terminated does not.
      const next = await insist(() => feed.find());
      runId = next === followed ? null : next;
    }
  } finally {
    stop.abort();
    options.signal?.removeEventListener('abort', onAbort);
  }
}

interface FollowRun {
  readonly insist: Insist;
  readonly signal: AbortSignal;
  readonly gatherMs: number;
}

async function* followRun(feed: RunFeed, runId: string, { insist, signal, gatherMs }: FollowRun): AsyncGenerator<Seen> {
  const growth = new GrowthOf(feed, runId, insist);
  void growth.read(signal);
  let last = '';
  while (await growth.changed()) {
    if (!growth.closed) await resting(gatherMs, signal);
    const { revision, closed } = growth.take();
    const status = await insist(() => feed.status(runId));
    if (status === null) return;
    const text = JSON.stringify(status);
    if (text !== last) {
      last = text;
      yield { temporalRunId: runId, revision, status };
    }
    if (closed || status.endedAt !== null) return;
  }
}

/** Calls until it is answered; null when the follower stops, or what was asked for is gone. */
type Insist = <T>(call: () => Promise<T>) => Promise<T | null>;

function insistence(signal: AbortSignal, onUnreachable: (message: string) => void): Insist {
  return async (call) => {
    for (let wait = RETRY_FROM_MS; !signal.aborted; wait = Math.min(wait * 2, RETRY_AT_MOST_MS)) {
      try {
        return await call();
      } catch (error) {
        if (signal.aborted) return null;
        if (error instanceof ChangeoverError && error.code === 'NotFound') throw error;
        onUnreachable(error instanceof Error ? error.message : String(error));
        await resting(wait, signal);
      }
    }
    return null;
  };
}

/** Reads a history as it grows, and says that there is something new to ask for. */
class GrowthOf {
  closed = false;
  private fresh = false;
  private ended = false;
  private revision = 0;
  private wake: () => void = () => {};

  constructor(
    private readonly feed: RunFeed,
    private readonly runId: string,
    private readonly insist: Insist,
  ) {}

  /** Waits for the next change. False: nothing will ever come. */
  async changed(): Promise<boolean> {
    while (!this.fresh && !this.ended) {
      await new Promise<void>((resolve) => {
        this.wake = resolve;
      });
    }
    return this.fresh;
  }

  take(): { revision: number; closed: boolean } {
    this.fresh = false;
    return { revision: this.revision, closed: this.closed };
  }

  async read(signal: AbortSignal): Promise<void> {
    let token: Uint8Array | null = null;
    while (!signal.aborted && !this.closed) {
      const growth: Growth | null = await this.insist(async () => {
        const from = token;
        // A server that was restarted may not know the token any more: after a failure everything is read again.
        token = null;
        return this.feed.more(this.runId, from, signal);
      });
      if (growth === null) break;
      token = growth.token;
      this.closed = token === null;
      this.revision = Math.max(this.revision, growth.lastEvent ?? 0);
      if (growth.ranCode || this.closed) this.fresh = true;
      this.wake();
    }
    this.ended = true;
    this.wake();
  }
}

async function resting(ms: number, signal: AbortSignal): Promise<void> {
  await pause(ms, undefined, { signal }).catch(() => {});
}
