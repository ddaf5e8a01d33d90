import { createServer, request, Agent, type Server } from 'node:https';
import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { connect } from 'node:tls';
import type { Socket } from 'node:net';
import type { ListenAddress } from '../process/ports.js';

/** What the link needs to stand for the server towards its clients, and to be one of its clients: PEM. */
export interface Certificates {
  readonly ca: string | Buffer;
  readonly certificate: string | Buffer;
  readonly key: string | Buffer;
}

/** What an API server says when its store did not tell it in time that the write was done. */
const said = JSON.stringify({ kind: 'Status', apiVersion: 'v1', status: 'Failure', message: 'etcdserver: request timed out', code: 500 });

/** Reviews answer a question and write nothing; a dry run neither. */
const writesNothing = /\/apis\/auth(orization|entication)\.k8s\.io\/|\/token(\?|$)|[?&]dryRun=/;

/**
 * Stands between a client and an API server, with the server's own certificate, and spoils answers: every second
 * write that the server has done is answered with 500. Everything else passes as it is, watches and execs too.
 * Clients must speak HTTP/1.1 and show who they are by a token: a client certificate ends here.
 */
export class SpoiledAnswers {
  #server: Server | undefined;
  readonly #agent = new Agent({ keepAlive: true });
  #written = 0;

  constructor(private readonly target: ListenAddress, private readonly certificates: () => Certificates) {}

  /** Serves one connection. */
  take(client: Socket): void {
    this.#server ??= this.#open();
    this.#server.emit('connection', client);
    client.resume();
  }

  close(): void {
    this.#agent.destroy();
    this.#server?.close();
  }

  #open(): Server {
    const { certificate: cert, key } = this.certificates();
    const server = createServer({ cert, key }, (asked, answer) => this.#pass(asked, answer));
    server.on('upgrade', (asked: IncomingMessage, client: Duplex, head: Buffer) => this.#tunnel(asked, { client, head }));
    server.on('tlsClientError', () => {});
    return server;
  }

  #upstream(): { host: string; port: number; ca: string | Buffer } {
    return { host: this.target.host, port: this.target.port, ca: this.certificates().ca };
  }

  #pass(asked: IncomingMessage, answer: ServerResponse): void {
    const { method = 'GET', url: path = '/', headers } = asked;
    const passed = request({ ...this.#upstream(), agent: this.#agent, method, path, headers }, (came) => {
      if (method !== 'GET' && !writesNothing.test(path) && (came.statusCode ?? 500) < 300 && this.#written++ % 2 === 0) {
        came.resume();
        answer.writeHead(500, { 'content-type': 'application/json' }).end(said);
        return;
      }
      answer.writeHead(came.statusCode ?? 502, came.headers);
      // A watch has nothing to say at first, but its client waits to hear that it was accepted.
      answer.flushHeaders();
      came.on('error', () => answer.destroy()).pipe(answer);
    });
    passed.on('error', () => answer.destroy());
    answer.on('close', () => passed.destroy());
    asked.pipe(passed);
  }

  /** An exec: the request is said again to the server, and from then on bytes pass both ways. */
  #tunnel(asked: IncomingMessage, { client, head }: { client: Duplex; head: Buffer }): void {
    const upstream = connect(this.#upstream(), () => {
      upstream.write(`${asked.method} ${asked.url} HTTP/1.1\r\n${headerLines(asked.headers)}\r\n\r\n`);
      upstream.write(head);
      client.pipe(upstream).pipe(client);
    });
    upstream.on('error', () => client.destroy());
    client.on('error', () => upstream.destroy()).on('close', () => upstream.destroy());
  }
}

function headerLines(headers: OutgoingHttpHeaders): string {
  return Object.entries(headers).flatMap(([name, value]) => [value ?? []].flat().map((one) => `${name}: ${one}`)).join('\r\n');
}
