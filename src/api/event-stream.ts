import type { FastifyReply } from 'fastify';

export interface StreamedEvent {
  readonly event: string;
  readonly id?: string;
  readonly data: unknown;
}

/** So much may wait for a listener that does not read, bytes; then the connection is ended. It can come back with what it saw last. */
const MOST_WAITING = 1_048_576;
/** What a browser waits before it comes back, milliseconds. */
const COME_BACK_MS = 2_000;

/** Server-sent events on one connection (HTML Living Standard, 9.2). The signal is aborted when the listener or the server goes. */
export class EventStream {
  private readonly gone = new AbortController();
  private readonly heartbeat: NodeJS.Timeout;
  private readonly raw: FastifyReply['raw'];

  constructor(reply: FastifyReply, options: { readonly heartbeatMs: number; readonly closing: AbortSignal }) {
    reply.hijack();
    this.raw = reply.raw;
    const headers = Object.fromEntries(Object.entries(reply.getHeaders()).filter(([, value]) => value !== undefined)) as Record<string, string>;
    // The connection ends with the stream: kept alive, it would hold up the end of the server.
    this.raw.writeHead(200, { ...headers, connection: 'close', 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-store', 'x-accel-buffering': 'no' });
    this.raw.write(`retry: ${COME_BACK_MS}\n\n`);
    const end = () => this.close();
    this.raw.on('close', () => {
      options.closing.removeEventListener('abort', end);
      this.close();
    });
    options.closing.addEventListener('abort', end, { once: true });
    this.heartbeat = setInterval(() => this.write(': still here\n\n'), options.heartbeatMs);
    // Both may have happened while it was looked at who this is.
    if (options.closing.aborted || this.raw.destroyed) end();
  }

  get signal(): AbortSignal {
    return this.gone.signal;
  }

  send({ event, id, data }: StreamedEvent): void {
    // JSON holds no line breaks, so one data line is enough.
    this.write(`${id === undefined ? '' : `id: ${id}\n`}event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
  }

  close(): void {
    if (this.gone.signal.aborted) return;
    clearInterval(this.heartbeat);
    this.gone.abort();
    this.raw.end();
  }

  private write(text: string): void {
    if (this.gone.signal.aborted) return;
    if (this.raw.destroyed) return this.close();
    if (this.raw.writableLength > MOST_WAITING) {
      this.raw.destroy();
      return;
    }
    this.raw.write(text);
  }
}
