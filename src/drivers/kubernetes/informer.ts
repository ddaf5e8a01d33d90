import { setTimeout as wait } from 'node:timers/promises';
import type { RawObject } from '../../ports/objects.js';
import { eventsOf } from './event-stream.js';
import { httpStatusOf } from './failure.js';
import type { InformerListener } from './kube.js';
import { listPages, type Collection } from './pages.js';
import type { Transport } from './transport.js';

/** The server ends a watch after this long and we come back from the same version; bookmarks keep that version young. */
const WATCH_SECONDS = 60;
/** A connection that says nothing for longer than the server would let it stand is dead. */
const IDLE_MS = (WATCH_SECONDS + 5) * 1000;
const FIRST_PAUSE_MS = 200;
const LONGEST_PAUSE_MS = 15_000;
/** A watch that ends sooner than this was no rest for the server. */
const SHORT_MS = 1_000;

interface Informing {
  readonly transport: Pick<Transport, 'open' | 'call' | 'site'>;
  readonly collection: Collection;
  readonly listener: InformerListener;
}

/** See `Kube.inform`. `random` is between 0 and 1. */
export async function inform(informing: Informing, signal: AbortSignal, random: () => number = Math.random): Promise<void> {
  const informer = new Informer(informing, signal);
  let pause = FIRST_PAUSE_MS;
  while (!signal.aborted) {
    const startedAt = performance.now();
    const well = await informer.once();
    if (well && performance.now() - startedAt >= SHORT_MS) {
      pause = FIRST_PAUSE_MS;
      continue;
    }
    // Full jitter between a half and the whole: many controllers must not come back in step.
    await wait(pause * (0.5 + random() / 2), undefined, { signal }).catch(() => undefined);
    pause = Math.min(pause * 2, LONGEST_PAUSE_MS);
  }
}

class Informer {
  private version: string | null = null;
  private away = false;

  constructor(
    private readonly informing: Informing,
    private readonly signal: AbortSignal,
  ) {}

  /** One list where one is needed, then one watch to its end. False: it went wrong; the listener knows. */
  async once(): Promise<boolean> {
    try {
      if (this.version === null) this.version = await this.list();
      await this.watch(this.version);
      return true;
    } catch (error) {
      if (this.signal.aborted) return true;
      // Whoever does not know a version any more says 410; what happened since then is lost.
      if (httpStatusOf(error) === 410) {
        this.version = null;
        return true;
      }
      this.gone(error);
      return false;
    }
  }

  private async list(): Promise<string> {
    const { transport, collection, listener } = this.informing;
    const page = await listPages(transport as Transport, collection, this.signal);
    this.here();
    listener.listed(page.items);
    return page.resourceVersion;
  }

  private async watch(from: string): Promise<void> {
    const { transport, collection } = this.informing;
    const query = { ...collection.query, watch: 'true', allowWatchBookmarks: 'true', resourceVersion: from, timeoutSeconds: String(WATCH_SECONDS) };
    const stream = await transport.open({ method: 'GET', path: collection.path, query, signal: this.signal }, IDLE_MS);
    this.here();
    for await (const { type, object } of eventsOf(stream)) {
      if (type === 'ERROR') {
        // A watch that fails for whatever reason is not carried on from a version that may be the reason.
        this.version = null;
        if (object['code'] !== 410) throw new Error(`the watch failed: ${String(object['message'] ?? object['reason'])}`);
        return;
      }
      this.version = String(object.metadata['resourceVersion']);
      if (type !== 'BOOKMARK') this.tell(type, object);
    }
  }

  private tell(type: 'ADDED' | 'MODIFIED' | 'DELETED', object: RawObject): void {
    this.informing.listener.changed(type === 'ADDED' ? 'added' : type === 'MODIFIED' ? 'modified' : 'deleted', object);
  }

  private here(): void {
    if (this.away) this.informing.listener.found();
    this.away = false;
  }

  private gone(error: unknown): void {
    if (!this.away) this.informing.listener.lost(error instanceof Error ? error.message : String(error));
    this.away = true;
  }
}
