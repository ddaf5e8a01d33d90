import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ChangeoverError } from '../domain/errors.js';
import { HOST_PORT, hostAndPort } from '../domain/host-port.js';
import { inTime } from '../in-time.js';

/** What a process can say of itself. A sentence says what is wrong; null: nothing is. */
export interface Health {
  /** Nothing but a new start can help. Never that another server is away: starting again would not bring it back. */
  readonly dead: () => string | null;
  /** It cannot work now. */
  readonly notReady: () => Promise<string | null>;
}

/** A question that hangs must not hold up who asks: probes give up after some seconds and count it as a no. */
const ANSWER_MS = 3_000;

/**
 * Answers `GET /healthz` and `GET /readyz` with 200 and `ok`, or 503 and the sentence, until closed. For kubelets and container engines;
 * there is nothing secret in it, and no authentication. Throws `Invalid` for an address that cannot be used.
 */
export async function serveHealth(address: string, health: Health): Promise<{ readonly port: number; close(): Promise<void> }> {
  const { host, port } = placeOf(address);
  const server = createServer({ requestTimeout: 5_000 }, (request, response) => {
    void answer(request.url ?? '', health).then(({ status, text }) => end(response, status, text));
  });
  server.listen(port, host);
  await once(server, 'listening').catch((cause: unknown) => {
    throw new ChangeoverError('Invalid', `--health: ${address} cannot be used: ${cause instanceof Error ? cause.message : String(cause)}.`, { cause });
  });
  return {
    port: (server.address() as AddressInfo).port,
    async close() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

async function answer(url: string, health: Health): Promise<{ status: number; text: string }> {
  if (url !== '/healthz' && url !== '/readyz') return { status: 404, text: 'There are /healthz and /readyz.' };
  const wrong = health.dead() ?? (url === '/readyz' ? await asked(health.notReady) : null);
  return wrong === null ? { status: 200, text: 'ok' } : { status: 503, text: wrong };
}

async function asked(question: Health['notReady']): Promise<string | null> {
  try {
    return await inTime(question(), ANSWER_MS, () => `There was no answer within ${ANSWER_MS / 1000} s.`);
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

function end(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'no-store' }).end(`${text}\n`);
}

function placeOf(address: string): { host: string; port: number } {
  const place = HOST_PORT.test(address) ? hostAndPort(address) : null;
  if (place === null || place.port > 65_535) throw new ChangeoverError('Invalid', `--health: ${address} is not host:port.`);
  return place;
}
