import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { OrdersBook } from './book.js';
import type { Replay } from './book.js';
import { handle } from './http.js';
import type { Settings } from './settings.js';

/** Longest wait for answers to leave the process after everything is on disk. */
const lastAnswersMs = 50;

export interface OrdersService {
  readonly port: number;
  readonly replay: Replay;
  /** Settles with the error when the files can no longer be written; never resolves otherwise. */
  readonly failed: Promise<unknown>;
  /** Takes nothing new, finishes what was admitted, closes. */
  stop(): Promise<void>;
}

async function listen(server: Server, settings: Settings): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(settings.port, settings.host, resolve);
  });
  const address: AddressInfo | string | null = server.address();
  return typeof address === 'object' && address !== null ? address.port : settings.port;
}

/**
 * Listens at once and is ready when the log is replayed, so that a probe sees "replaying" and not a
 * closed port.
 * @throws what OrdersBook.open throws, or the error of listen (port in use, no such address).
 */
export async function startService(settings: Settings): Promise<OrdersService> {
  let book: OrdersBook | undefined;
  let stopping = false;
  const running = new Set<Promise<void>>();
  let reportFailure: (error: unknown) => void = () => {};
  const failed = new Promise<unknown>((resolve) => {
    reportFailure = resolve;
  });
  const state = { settings, book: () => book, stopping: () => stopping };
  const server = createServer((request, response) => {
    const finished = new Promise<void>((resolve) => response.once('close', resolve).once('finish', resolve));
    running.add(finished);
    void finished.then(() => running.delete(finished));
    void handle(request, response, state).then(() => {
      if (book?.broken !== undefined) reportFailure(book.broken);
    });
  });
  server.keepAliveTimeout = 60_000;
  const port = await listen(server, settings);
  const opened = await OrdersBook.open(settings).catch((error: unknown) => {
    server.close();
    server.closeAllConnections();
    throw error;
  });
  book = opened.book;
  return {
    port,
    replay: opened.replay,
    failed,
    stop: async () => {
      stopping = true;
      server.close();
      await opened.book.close();
      // A request whose body never ends must not hold the process: answers get a moment, then all closes.
      const moment = new Promise<void>((resolve) => setTimeout(resolve, lastAnswersMs));
      await Promise.race([Promise.all(running), moment]);
      server.closeAllConnections();
    },
  };
}
