import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect } from 'node:tls';
import { Agent, request } from 'undici';
import { FaultProxy } from '../../lab/links/fault-proxy.js';
import { SpoiledAnswers } from '../../lab/links/spoiled-answers.js';
import { sites } from '../../lab/settings.js';
import { ensurePki } from '../../lab/site/pki.js';

const folder = mkdtempSync(join(tmpdir(), 'changeover-spoiled-'));
const pem = (file: string): Buffer => readFileSync(join(folder, 'pki', file));
const whole = { mode: 'ok', latencyMs: 0 } as const;
const spoiled = { mode: 'spoiled', latencyMs: 0 } as const;

/** What the server behind the link was asked, in order. */
const asked: string[] = [];
const closers: (() => Promise<unknown> | void)[] = [];
let link: FaultProxy;
let port = 0;
let client: Agent;

beforeAll(async () => {
  await ensurePki(sites.east, join(folder, 'pki'), 'openssl');
  const server = createServer({ cert: pem('apiserver.crt'), key: pem('apiserver.key') }, (incoming, answer) => {
    asked.push(`${incoming.method} ${incoming.url}`);
    if (incoming.url?.includes('watch') === true) answer.writeHead(200).write('first\n');
    else answer.writeHead(incoming.url?.includes('refused') === true ? 409 : 200, { 'content-type': 'application/json' }).end('{"kind":"ConfigMap"}');
  });
  server.on('upgrade', (_: IncomingMessage, socket) => {
    socket.write('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\n');
    socket.pipe(socket);
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const to = { host: '127.0.0.1', port: (server.address() as AddressInfo).port };
  link = new FaultProxy(to, new SpoiledAnswers(to, () => ({ ca: pem('ca.crt'), certificate: pem('apiserver.crt'), key: pem('apiserver.key') })));
  port = await link.listen({ host: '127.0.0.1', port: 0 });
  client = new Agent({ connect: { ca: pem('ca.crt') } });
  closers.push(() => client.destroy(), () => link.close(), () => server.closeAllConnections(), () => void server.close());
});

afterAll(async () => {
  for (const close of closers) await close();
  rmSync(folder, { recursive: true, force: true });
});

const ask = async (method: 'GET' | 'PUT' | 'POST', path: string): Promise<number> => {
  const response = await request(`https://127.0.0.1:${port}${path}`, { method, dispatcher: client, ...(method === 'GET' ? {} : { body: '{}' }) });
  await response.body.dump();
  return response.statusCode;
};

describe('A link that spoils the answers of an API server', () => {
  test('answers every second write with 500 although it was done, and nothing else', async () => {
    link.set(spoiled);
    asked.length = 0;
    const said = [await ask('GET', '/api/a'), await ask('PUT', '/api/a'), await ask('PUT', '/api/a'), await ask('POST', '/api/b'), await ask('GET', '/api/b')];
    expect(said).toEqual([200, 500, 200, 500, 200]);
    expect(asked).toEqual(['GET /api/a', 'PUT /api/a', 'PUT /api/a', 'POST /api/b', 'GET /api/b']);
  });

  test('leaves alone what the server refused, and what writes nothing', async () => {
    link.set(spoiled);
    expect(await ask('PUT', '/api/a')).toBe(200);
    expect(await ask('PUT', '/api/refused')).toBe(409);
    expect(await ask('POST', '/api/a?dryRun=All')).toBe(200);
    expect(await ask('POST', '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews')).toBe(200);
    expect(await ask('PUT', '/api/a')).toBe(500);
  });

  test('passes on a watch as it comes', async () => {
    link.set(spoiled);
    const response = await request(`https://127.0.0.1:${port}/api/watch`, { dispatcher: client });
    for await (const part of response.body) {
      expect(String(part)).toBe('first\n');
      break;
    }
    expect(response.statusCode).toBe(200);
  });

  test('passes on an exec both ways', async () => {
    link.set(spoiled);
    const secure = connect({ host: '127.0.0.1', port, ca: pem('ca.crt') });
    await once(secure, 'secureConnect');
    const upgrading = httpRequest({ path: '/api/exec', headers: { connection: 'Upgrade', upgrade: 'echo' }, createConnection: () => secure });
    upgrading.end();
    const [, socket] = (await once(upgrading, 'upgrade')) as [IncomingMessage, typeof secure];
    socket.write('to and fro');
    const [heard] = (await once(socket, 'data')) as [Buffer];
    expect(heard.toString()).toBe('to and fro');
    socket.destroy();
  });

  test('is whole again for everybody who connects anew', async () => {
    link.set(whole);
    // The connections of before were reset.
    await client.destroy();
    client = new Agent({ connect: { ca: pem('ca.crt') } });
    expect([await ask('PUT', '/api/a'), await ask('PUT', '/api/a'), await ask('PUT', '/api/a')]).toEqual([200, 200, 200]);
  });
});
