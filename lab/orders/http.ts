import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { OrdersBook } from './book.js';
import { isClientName, isRecord, isSeq } from './entry.js';
import type { Settings } from './settings.js';

/** Bytes of a request body; an order needs less than two hundred. */
const maxBody = 4096;

/** What the requests may see of the service. */
export interface ServiceState {
  readonly settings: Settings;
  /** Undefined until the replay is done. */
  readonly book: () => OrdersBook | undefined;
  readonly stopping: () => boolean;
}

interface Answer {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
}

async function readBody(request: IncomingMessage): Promise<unknown> {
  let text = '';
  request.setEncoding('utf8');
  for await (const chunk of request) {
    text += String(chunk);
    if (text.length > maxBody) return undefined;
  }
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function bearerMatches(request: IncomingMessage, token: string | undefined): boolean {
  if (token === undefined) return false;
  const digest = (value: string): Buffer => createHash('sha256').update(value).digest();
  return timingSafeEqual(digest(request.headers.authorization ?? ''), digest(`Bearer ${token}`));
}

async function postOrder(request: IncomingMessage, state: ServiceState, book: OrdersBook): Promise<Answer> {
  const body = await readBody(request);
  if (!isRecord(body) || !isClientName(body['client']) || !isSeq(body['seq'])) {
    return { status: 400, body: { error: 'an order is {"client": name, "seq": number from 1}' } };
  }
  // Read again after the body came in: an order admitted now could not be finished.
  if (state.stopping()) return { status: 503, body: { error: 'stopping' } };
  const { entry, created } = await book.place(body['client'], body['seq']);
  const { id, site, at } = entry;
  return { status: created ? 201 : 200, body: { id, site, at, servedBy: state.settings.site } };
}

/** Routes one request to its answer; errors of the book are thrown. */
async function answer(request: IncomingMessage, state: ServiceState): Promise<Answer> {
  const { settings } = state;
  const book = state.book();
  const route = `${request.method} ${request.url?.split('?')[0]}`;
  if (state.stopping()) return { status: 503, body: { error: 'stopping' } };
  if (book === undefined) return { status: 503, body: { error: 'replaying the log' } };
  switch (route) {
    case 'GET /healthz':
      return { status: 200, body: { status: 'ok' } };
    case 'GET /':
      return { status: 200, body: { greeting: settings.greeting, site: settings.site, orders: book.count } };
    case 'GET /orders/last':
      return { status: 200, body: { count: book.count, last: book.last ?? null, servedBy: settings.site } };
    case 'GET /orders':
      if (!bearerMatches(request, settings.apiToken)) return { status: 401, body: { error: 'a bearer token is needed' } };
      return { status: 200, body: { count: book.count, clients: book.counts() } };
    case 'POST /orders':
      return postOrder(request, state, book);
    default:
      return { status: 404, body: { error: 'no such page' } };
  }
}

/** Answers one request; a book that failed gives 500, and the caller learns of it by its own watch. */
export async function handle(request: IncomingMessage, response: ServerResponse, state: ServiceState): Promise<void> {
  let result: Answer;
  try {
    result = await answer(request, state);
  } catch (error) {
    result = { status: 500, body: { error: error instanceof Error ? error.message : String(error) } };
  }
  const text = `${JSON.stringify(result.body)}\n`;
  // Closing tells a client that keeps its connection to look for another one.
  if (state.stopping() || !request.complete) response.setHeader('Connection', 'close');
  response.writeHead(result.status, { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(text) });
  response.end(text);
}
