import { mkdtempSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export type Answer = (response: ServerResponse, request: IncomingMessage) => void;

export interface ScriptedServer {
  readonly kubeconfig: string;
  /** `METHOD /path?query` of every request so far. */
  readonly requests: readonly string[];
  close(): Promise<void>;
}

/** An API server that plays one answer after the other, for what a real one does too seldom to wait for. Asked for more it says 500. */
export async function scriptedServer(script: readonly Answer[]): Promise<ScriptedServer> {
  const requests: string[] = [];
  const rest = [...script];
  const server = createServer((request, response) => {
    requests.push(`${request.method} ${request.url}`);
    const answer = rest.shift() ?? status(500, 'the script is over');
    answer(response, request);
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const kubeconfig = join(mkdtempSync(join(tmpdir(), 'scripted-')), 'config');
  const cluster = { server: `http://127.0.0.1:${port}`, 'insecure-skip-tls-verify': true };
  writeFileSync(kubeconfig, JSON.stringify({ clusters: [{ name: 'c', cluster }], users: [{ name: 'u', user: { token: 't' } }], contexts: [{ name: 'x', context: { cluster: 'c', user: 'u' } }], 'current-context': 'x' }));
  return {
    kubeconfig,
    requests,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

export const json =
  (body: unknown, code = 200): Answer =>
  (response) => {
    response.writeHead(code, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  };

export const status = (code: number, message: string): Answer => json({ kind: 'Status', code, message, reason: message }, code);

/** A list of ConfigMaps by name. */
export const list = (resourceVersion: string, ...names: readonly string[]): Answer =>
  json({ kind: 'ConfigMapList', apiVersion: 'v1', metadata: { resourceVersion }, items: names.map((name) => ({ metadata: { name, namespace: 'n', resourceVersion } })) });

/** Pieces of a watch, as the network cuts them; then the end, or the connection's death. */
export const pieces =
  (parts: readonly (string | Buffer)[], end: 'end' | 'reset' = 'end'): Answer =>
  (response) => {
    response.writeHead(200, { 'content-type': 'application/json' });
    const next = (index: number): void => {
      const part = parts[index];
      if (part !== undefined) response.write(part, () => setImmediate(() => next(index + 1)));
      else if (end === 'end') response.end();
      else response.socket?.resetAndDestroy();
    };
    next(0);
  };

export const event = (type: string, name: string, resourceVersion: string): string =>
  `${JSON.stringify({ type, object: { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace: 'n', resourceVersion } } })}\n`;
