import type { AddressInfo } from 'node:net';
import type { App } from '../../../src/api/context.js';
import { createGate } from '../../../src/api/gate.js';
import { createServer, type ServerOptions } from '../../../src/api/server.js';
import type { RoleName } from '../../../src/domain/access.js';
import { defaultOptions } from '../../../src/domain/request.js';
import { MemoryAccess } from '../../../src/drivers/memory/access.js';
import { apiSettings, type ApiSettings } from '../../../src/settings/api.js';
import { FakeVerbs } from './fake-verbs.js';

const person = (name: string, ...roles: RoleName[]) => ({ identity: { name, groups: [], verified: true }, roles });

/** Tokens of the people in these tests. */
export const tokens = { vera: 'vera-views', otto: 'otto-operates', ada: 'ada-approves', nobody: 'nora-has-no-role' } as const;

export function people(): MemoryAccess {
  return new MemoryAccess({
    [tokens.vera]: person('vera', 'viewer'),
    [tokens.otto]: person('otto', 'operator'),
    [tokens.ada]: person('ada', 'approver'),
    [tokens.nobody]: person('nora'),
  });
}

export function limits(of: Partial<ApiSettings['limits']> = {}): ApiSettings['limits'] {
  return { ...apiSettings.parse({}).limits, requestsPerMinute: 100_000, ...of };
}

export interface Served {
  readonly app: App;
  readonly verbs: FakeVerbs;
  readonly access: MemoryAccess;
  readonly url: string;
}

/** A server over fake verbs and known people, on a free port of loopback. */
export async function served(of: Partial<ServerOptions> = {}): Promise<Served> {
  const verbs = new FakeVerbs();
  const access = people();
  const { waitForTtl: _w, approval: _a, ...defaults } = defaultOptions;
  const app = await createServer({ verbs, gate: createGate(access), installation: { sites: ['east', 'west'], planNamespace: 'infoscale-vtas', defaults }, limits: limits(), ...of });
  await app.listen({ host: '127.0.0.1', port: 0 });
  return { app, verbs, access, url: `http://127.0.0.1:${(app.server.address() as AddressInfo).port}` };
}

export interface Asked {
  readonly method?: 'GET' | 'POST' | 'DELETE';
  readonly as?: string | null;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** One request over loopback; the answer as a value. */
export async function ask({ url }: Served, path: string, { method, as = tokens.otto, body, headers = {} }: Asked = {}) {
  const answer = await fetch(`${url}${path}`, {
    method: method ?? (body === undefined ? 'GET' : 'POST'),
    headers: { ...(as === null ? {} : { authorization: `Bearer ${as}` }), ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  const text = await answer.text();
  return { status: answer.status, headers: Object.fromEntries(answer.headers), text, json: text.startsWith('{') ? (JSON.parse(text) as Record<string, unknown>) : {} };
}

export const aRun = { procedure: 'planned-migration', plan: 'shop', target: 'west', expectedPrimary: 'east', reason: 'power works' };
