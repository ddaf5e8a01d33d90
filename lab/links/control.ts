import { createServer, type IncomingMessage, type Server } from 'node:http';
import { linkModes, type FaultProxy, type LinkMode, type LinkState } from './fault-proxy.js';

/** What GET /links tells of each link. */
export interface LinkReport extends LinkState {
  readonly name: string;
  readonly from: string;
  readonly to: string;
  readonly connections: number;
}

export interface ControlledLink {
  readonly name: string;
  readonly from: string;
  readonly to: string;
  readonly proxy: FaultProxy;
}

/**
 * The switchboard: GET /links; PUT /links/<name> with `{"mode":"slow","latencyMs":200}`.
 * 404 for an unknown link, 400 with the reason for a body that makes no sense.
 */
export function controlServer(links: readonly ControlledLink[]): Server {
  return createServer((request, response) => {
    const answer = (status: number, body: unknown): void => {
      response.writeHead(status, { 'content-type': 'application/json' }).end(`${JSON.stringify(body)}\n`);
    };
    const path = decodeURIComponent((request.url ?? '/').split('?')[0] ?? '/');
    if (request.method === 'GET' && path === '/links') {
      answer(200, links.map(report));
      return;
    }
    const link = links.find((one) => path === `/links/${one.name}`);
    if (link === undefined || (request.method !== 'PUT' && request.method !== 'GET')) {
      answer(404, { error: `no such link; there are ${links.map((one) => one.name).join(', ')}` });
      return;
    }
    if (request.method === 'GET') {
      answer(200, report(link));
      return;
    }
    readBody(request).then((body) => {
      const state = parseState(body);
      if (typeof state === 'string') {
        answer(400, { error: state });
        return;
      }
      if (state.mode === 'spoiled' && !link.proxy.canSpoil) {
        answer(400, { error: `${link.name} cannot be spoiled: only the links to API servers can` });
        return;
      }
      link.proxy.set(state);
      answer(200, report(link));
    }).catch((error: unknown) => answer(400, { error: String(error) }));
  });
}

/** Reads a link's state from a request body; a string is the reason why it is none. */
export function parseState(body: string): LinkState | string {
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch {
    return 'the body is not JSON';
  }
  if (typeof value !== 'object' || value === null) return 'the body is not a JSON object';
  const { mode, latencyMs = 0 } = value as { mode?: unknown; latencyMs?: unknown };
  if (!linkModes.includes(mode as LinkMode)) return `mode must be one of ${linkModes.join(', ')}`;
  if (typeof latencyMs !== 'number' || !Number.isFinite(latencyMs) || latencyMs < 0) return 'latencyMs must be a number from 0 up';
  return { mode: mode as LinkMode, latencyMs };
}

function report(link: ControlledLink): LinkReport {
  return { name: link.name, ...link.proxy.state, from: link.from, to: link.to, connections: link.proxy.connections };
}

async function readBody(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  return Buffer.concat(parts).toString('utf8');
}
