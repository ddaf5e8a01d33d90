import { createSocket } from 'node:dgram';
import type { Socket } from 'node:dgram';

/** What the server answers for a name: an address, or an alias whose target must be asked for by itself. */
export type FakeRecord = { readonly address: string } | { readonly alias: string };

function encodeName(name: string): Buffer {
  return Buffer.concat([...name.split('.').map((label) => Buffer.from(`\x00${label}`, 'latin1').fill(label.length, 0, 1)), Buffer.from([0])]);
}

function decodeName(message: Buffer): { name: string; end: number } {
  const labels: string[] = [];
  let at = 12;
  for (let length = message[at] ?? 0; length > 0; length = message[at] ?? 0) {
    labels.push(message.toString('latin1', at + 1, at + 1 + length));
    at += 1 + length;
  }
  return { name: labels.join('.').toLowerCase(), end: at + 1 };
}

const typeA = 1;
const typeCname = 5;

/** One UDP name server with a handful of names (RFC 1035 message layout), changed by the test as it likes. */
export class FakeNameServer {
  readonly records = new Map<string, FakeRecord>();
  queries = 0;
  ttl = 20;
  silent = false;
  private readonly watchers: (() => void)[] = [];

  private constructor(private readonly socket: Socket) {
    socket.on('message', (query, from) => {
      this.queries += 1;
      for (const watch of this.watchers) watch();
      if (!this.silent) socket.send(this.answer(query), from.port, from.address);
    });
  }

  static async start(): Promise<FakeNameServer> {
    const socket = createSocket('udp4');
    await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve));
    return new FakeNameServer(socket);
  }

  get address(): string {
    return `127.0.0.1:${this.socket.address().port}`;
  }

  /** Resolves when so many queries have come in since the start. */
  untilAsked(queries: number): Promise<void> {
    return new Promise((resolve) => {
      this.watchers.push(() => {
        if (this.queries >= queries) resolve();
      });
    });
  }

  close(): void {
    this.socket.close();
  }

  private answer(query: Buffer): Buffer {
    const { name, end } = decodeName(query);
    const type = query.readUInt16BE(end);
    const record = this.records.get(name);
    const header = Buffer.from(query.subarray(0, end + 4));
    header.writeUInt16BE(record === undefined ? 0x8403 : 0x8400, 2);
    header.writeUInt16BE(0, 8);
    header.writeUInt16BE(0, 10);
    const alias = record !== undefined && 'alias' in record;
    const matches = record !== undefined && (alias ? type === typeCname : type === typeA);
    header.writeUInt16BE(matches ? 1 : 0, 6);
    if (!matches) return header;
    const data = 'alias' in record ? encodeName(record.alias) : Buffer.from(record.address.split('.').map(Number));
    const fixed = Buffer.alloc(12);
    fixed.writeUInt16BE(0xc00c, 0);
    fixed.writeUInt16BE(alias ? typeCname : typeA, 2);
    fixed.writeUInt16BE(1, 4);
    fixed.writeUInt32BE(this.ttl, 6);
    fixed.writeUInt16BE(data.length, 10);
    return Buffer.concat([header, fixed, data]);
  }
}
