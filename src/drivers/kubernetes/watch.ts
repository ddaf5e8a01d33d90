import { setTimeout as wait } from 'node:timers/promises';
import { ChangeoverError } from '../../domain/errors.js';
import type { RawObject } from '../../ports/objects.js';
import { abortReason, httpStatusOf } from './failure.js';
import { listPages } from './pages.js';
import type { Collection } from './pages.js';
import { eventsOf, StreamBroke } from './event-stream.js';
import type { Transport } from './transport.js';

/** The server ends a watch after this long and we come back from the same version: a dead connection is noticed soon after. */
const WATCH_SECONDS = 20;
/** Silence longer than the server's own limit is a dead connection. */
const IDLE_MS = (WATCH_SECONDS + 5) * 1000;
/** An API server that cannot be reached for this long ends the wait with what it last said, so that the failure is seen. */
const UNREACHABLE_FOR_MS = 15_000;
const FIRST_PAUSE_MS = 20;
const LONGEST_PAUSE_MS = 1_000;

export interface WatchOptions<T> {
  readonly signal: AbortSignal;
  readonly seen: (objects: ReadonlyMap<string, RawObject>) => T | undefined;
}

/** `namespace/name`, or `name` for cluster-scoped objects. */
export function keyOf(object: RawObject): string {
  const { namespace, name } = object.metadata;
  return namespace === undefined ? name : `${namespace}/${name}`;
}

type Followed<T> = { readonly kind: 'done'; readonly value: T } | { readonly kind: 'ended' } | { readonly kind: 'gone' };

/** One list-and-watch over a changing connection. */
class Watcher<T> {
  private objects = new Map<string, RawObject>();
  private version: string | null = null;

  constructor(
    private readonly transport: Transport,
    private readonly collection: Collection,
    private readonly options: WatchOptions<T>,
  ) {}

  async run(): Promise<T> {
    let pause = FIRST_PAUSE_MS;
    let goodAt = performance.now();
    for (;;) {
      if (this.options.signal.aborted) throw abortReason(this.options.signal);
      const startedAt = performance.now();
      try {
        const result = await this.listThenFollow();
        if (result.kind === 'done') return result.value;
        if (result.kind === 'gone') this.version = null;
        goodAt = performance.now();
        if (goodAt - startedAt > FIRST_PAUSE_MS) {
          pause = FIRST_PAUSE_MS;
          continue;
        }
      } catch (error) {
        if (this.options.signal.aborted) throw abortReason(this.options.signal);
        if (!isPassing(error) || performance.now() - goodAt > UNREACHABLE_FOR_MS) throw error;
      }
      await wait(pause, undefined, { signal: this.options.signal }).catch(() => undefined);
      pause = Math.min(pause * 2, LONGEST_PAUSE_MS);
    }
  }

  private async listThenFollow(): Promise<Followed<T>> {
    if (this.version === null) {
      const page = await listPages(this.transport, this.collection, this.options.signal);
      this.objects = new Map(page.items.map((item) => [keyOf(item), item]));
      this.version = page.resourceVersion;
      const value = this.options.seen(this.objects);
      if (value !== undefined) return { kind: 'done', value };
    }
    return await this.follow(this.version);
  }

  private async follow(from: string): Promise<Followed<T>> {
    // `seen` may have aborted it, and an event that is over is never heard.
    if (this.options.signal.aborted) throw abortReason(this.options.signal);
    const ended = new AbortController();
    const onAbort = (): void => ended.abort();
    this.options.signal.addEventListener('abort', onAbort, { once: true });
    try {
      const query = { ...this.collection.query, watch: 'true', allowWatchBookmarks: 'true', resourceVersion: from, timeoutSeconds: String(WATCH_SECONDS) };
      const stream = await this.transport.open({ method: 'GET', path: this.collection.path, query, signal: ended.signal }, IDLE_MS);
      for await (const event of eventsOf(stream)) {
        if (event.type === 'ERROR') return this.failed(event.object);
        this.version = String(event.object.metadata['resourceVersion']);
        if (event.type === 'BOOKMARK') continue;
        if (event.type === 'DELETED') this.objects.delete(keyOf(event.object));
        else this.objects.set(keyOf(event.object), event.object);
        const value = this.options.seen(this.objects);
        if (value !== undefined) return { kind: 'done', value };
      }
      return { kind: 'ended' };
    } catch (error) {
      if (httpStatusOf(error) === 410) return { kind: 'gone' };
      throw error;
    } finally {
      this.options.signal.removeEventListener('abort', onAbort);
      ended.abort();
    }
  }

  private failed(status: RawObject): Followed<T> {
    if (status['code'] === 410) return { kind: 'gone' };
    throw new ChangeoverError('Unreachable', `The watch of ${this.collection.path} on ${this.transport.site} failed: ${String(status['message'] ?? status['reason'])}`);
  }
}

/** Errors that another attempt may not see. A stream that broke is one: it is no error of ours. */
function isPassing(error: unknown): boolean {
  if (error instanceof StreamBroke) return true;
  return error instanceof ChangeoverError && (error.code === 'Unreachable' || error.code === 'Throttled');
}

/** See `Kube.watchUntil`. Throws what the signal was aborted with. */
export async function watchUntil<T>(transport: Transport, collection: Collection, options: WatchOptions<T>): Promise<T> {
  return await new Watcher(transport, collection, options).run();
}
