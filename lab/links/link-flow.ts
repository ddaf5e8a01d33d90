import type { Socket } from 'node:net';
import type { LinkState } from './fault-proxy.js';

interface Parcel {
  /** undefined stands for the end of the stream, which keeps its place behind the data. */
  readonly data: Buffer | undefined;
  readonly arrivedAt: number;
}

/** One direction of one connection through a link: keeps order, delays, and holds everything while the link is cut. */
export class LinkFlow {
  readonly #source: Socket;
  readonly #sink: Socket;
  readonly #parcels: Parcel[] = [];
  #state: LinkState = { mode: 'ok', latencyMs: 0 };
  #timer: NodeJS.Timeout | undefined;
  #full = false;
  #stopped = false;

  constructor(source: Socket, sink: Socket) {
    this.#source = source;
    this.#sink = sink;
    source.on('data', (data: Buffer) => this.#take(data));
    source.on('end', () => this.#take(undefined));
    sink.on('drain', () => {
      this.#full = false;
      this.#pass();
    });
    source.resume();
  }

  set(state: LinkState): void {
    this.#state = state;
    this.#pass();
  }

  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#timer);
    this.#parcels.length = 0;
  }

  #take(data: Buffer | undefined): void {
    this.#parcels.push({ data, arrivedAt: performance.now() });
    this.#pass();
  }

  /** Hands over whatever is due; reading goes on only while the sink takes it and the link is whole. */
  #pass(): void {
    clearTimeout(this.#timer);
    if (this.#stopped) return;
    const held = this.#state.mode === 'cut' || this.#full;
    if (held) {
      this.#source.pause();
      return;
    }
    const latency = this.#state.mode === 'slow' ? this.#state.latencyMs : 0;
    for (let next = this.#parcels[0]; next !== undefined; next = this.#parcels[0]) {
      const wait = next.arrivedAt + latency - performance.now();
      if (wait > 0) {
        this.#timer = setTimeout(() => this.#pass(), wait);
        break;
      }
      this.#parcels.shift();
      if (next.data === undefined) this.#sink.end();
      else if (!this.#sink.write(next.data)) {
        this.#full = true;
        break;
      }
    }
    if (this.#full) this.#source.pause();
    else this.#source.resume();
  }
}
