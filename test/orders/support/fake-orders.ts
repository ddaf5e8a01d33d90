import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Received {
  readonly client: string;
  readonly seq: number;
  readonly host: string | undefined;
  /** Local port of the client's connection: the same number means the same connection. */
  readonly connection: number | undefined;
  readonly at: number;
}

/** What happens to one request instead of an acknowledgement. */
export type Fault = 'reset' | 'silence' | 'refuse' | undefined;

/** Stands for the orders service of one site: it acknowledges everything a fault does not hit. */
export class FakeOrders {
  readonly received: Received[] = [];
  fault: (request: Received) => Fault = () => undefined;
  private readonly watchers: (() => void)[] = [];

  private constructor(
    private readonly server: Server,
    readonly port: number,
  ) {}

  static async start(site: string, address: string, port = 0): Promise<FakeOrders> {
    const server = createServer((request, response) => {
      let text = '';
      request.on('data', (chunk: Buffer) => (text += chunk.toString()));
      request.on('end', () => {
        const { client, seq } = JSON.parse(text);
        const received = { client, seq, host: request.headers.host, connection: request.socket.remotePort, at: performance.now() };
        fake.received.push(received);
        for (const watch of fake.watchers) watch();
        const fault = fake.fault(received);
        if (fault === 'reset') request.socket.resetAndDestroy();
        else if (fault === 'refuse') response.writeHead(503).end();
        else if (fault === undefined) response.writeHead(201).end(JSON.stringify({ id: `${client}-${seq}`, site, servedBy: site }));
      });
    });
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(port, address, resolve);
    });
    const bound: AddressInfo | string | null = server.address();
    const fake = new FakeOrders(server, typeof bound === 'object' && bound !== null ? bound.port : port);
    return fake;
  }

  /** Resolves when some received request matches; also for one already received. */
  until(matches: (request: Received) => boolean): Promise<Received> {
    return new Promise((resolve) => {
      const watch = (): void => {
        const found = this.received.find(matches);
        if (found !== undefined) resolve(found);
      };
      this.watchers.push(watch);
      watch();
    });
  }

  close(): void {
    this.server.close();
    this.server.closeAllConnections();
  }
}
