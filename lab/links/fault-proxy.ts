import { connect, createServer, type Server, type Socket } from 'node:net';
import { LinkFlow } from './link-flow.js';
import type { ListenAddress } from '../process/ports.js';

/**
 * ok: passes everything. slow: passes everything `latencyMs` later, each way. cut: nothing passes and
 * nobody is told; what waits arrives once the link heals, as TCP would retransmit it. reset: every
 * connection is reset, new ones at once. spoiled: every connection is reset, and new ones are served by who
 * understands what is said on them and answers falsely; only some links can.
 */
export type LinkMode = 'ok' | 'slow' | 'cut' | 'reset' | 'spoiled';

export const linkModes: readonly LinkMode[] = ['ok', 'slow', 'cut', 'reset', 'spoiled'];

/** Serves the connections of a spoiled link. */
export interface Spoiler {
  take(client: Socket): void;
  close(): void;
}

export interface LinkState {
  readonly mode: LinkMode;
  /** One way, in milliseconds; used in mode slow only. */
  readonly latencyMs: number;
}

interface Pair {
  /** Served by the spoiler, which holds the other end. */
  spoiled: boolean;
  readonly client: Socket;
  upstream?: Socket;
  flows: LinkFlow[];
}

/** One TCP link with a switch. A cut link still accepts connections, because the kernel does: they hang unanswered. */
export class FaultProxy {
  #state: LinkState = { mode: 'ok', latencyMs: 0 };
  readonly #pairs = new Set<Pair>();
  readonly #server: Server;
  readonly #target: ListenAddress;

  constructor(target: ListenAddress, private readonly spoiler?: Spoiler) {
    this.#target = target;
    this.#server = createServer({ allowHalfOpen: true, pauseOnConnect: true }, (client) => this.#accept(client));
  }

  /** Whether it has the mode `spoiled`. */
  get canSpoil(): boolean {
    return this.spoiler !== undefined;
  }

  get state(): LinkState {
    return this.#state;
  }

  get connections(): number {
    return this.#pairs.size;
  }

  /** Starts to listen; gives the port, which is a free one where 0 was asked for. */
  listen(at: ListenAddress): Promise<number> {
    return new Promise((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen(at.port, at.host, () => {
        const address = this.#server.address();
        resolve(typeof address === 'object' && address !== null ? address.port : at.port);
      });
    });
  }

  /** Switches the link, for the connections that are open as for those to come. */
  set(state: LinkState): void {
    this.#state = state;
    for (const pair of this.#pairs) this.#apply(pair);
  }

  close(): void {
    this.#server.close();
    this.spoiler?.close();
    for (const pair of this.#pairs) this.#drop(pair, 'quietly');
  }

  #accept(client: Socket): void {
    client.setNoDelay(true);
    const pair: Pair = { client, flows: [], spoiled: false };
    this.#pairs.add(pair);
    client.on('error', () => this.#drop(pair, 'with a reset'));
    client.on('close', () => this.#closed(pair));
    this.#apply(pair);
  }

  #apply(pair: Pair): void {
    const isSpoiled = this.#state.mode === 'spoiled';
    const isOpen = pair.upstream !== undefined || pair.spoiled;
    if (this.#state.mode === 'reset' || (isOpen && isSpoiled !== pair.spoiled)) {
      this.#drop(pair, 'with a reset');
      return;
    }
    if (isSpoiled) {
      if (!pair.spoiled) this.spoiler?.take(pair.client);
      pair.spoiled = true;
      return;
    }
    if (this.#state.mode !== 'cut' && pair.upstream === undefined) this.#connect(pair);
    for (const flow of pair.flows) flow.set(this.#state);
  }

  #connect(pair: Pair): void {
    const upstream = connect({ port: this.#target.port, host: this.#target.host, allowHalfOpen: true });
    upstream.setNoDelay(true);
    pair.upstream = upstream;
    pair.flows = [new LinkFlow(pair.client, upstream), new LinkFlow(upstream, pair.client)];
    upstream.on('error', () => this.#drop(pair, 'with a reset'));
    upstream.on('close', () => this.#closed(pair));
  }

  /** One side is gone for good: the other is ended once what is under way has been handed over. */
  #closed(pair: Pair): void {
    if (pair.client.destroyed && (pair.upstream?.destroyed ?? true)) {
      this.#pairs.delete(pair);
      for (const flow of pair.flows) flow.stop();
    }
  }

  #drop(pair: Pair, how: 'quietly' | 'with a reset'): void {
    this.#pairs.delete(pair);
    for (const flow of pair.flows) flow.stop();
    for (const socket of [pair.client, pair.upstream]) {
      if (socket === undefined || socket.destroyed) continue;
      if (how === 'quietly') socket.destroy();
      else socket.resetAndDestroy();
    }
  }
}
