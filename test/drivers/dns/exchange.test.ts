import { createServer, type Server as TcpServer, type Socket } from 'node:net';
import { converse, type Server } from '../../../src/drivers/dns/exchange.js';
import { askRecord } from '../../../src/drivers/dns/query.js';
import { answers, key } from './vectors.js';

let tcp: TcpServer;
let server: Server;
let act: (request: Buffer, socket: Socket) => void;

beforeAll(async () => {
  tcp = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.on('data', (bytes: Buffer) => {
      for (let at = 0; at < bytes.length; at += 2 + bytes.readUInt16BE(at)) act(bytes.subarray(at + 2), socket);
    });
  });
  await new Promise<void>((resolve) => tcp.listen(0, '127.0.0.1', resolve));
  const address = tcp.address();
  server = { host: '127.0.0.1', port: typeof address === 'object' && address !== null ? address.port : 0 };
});

afterAll(() => void tcp.close());

function framed(answer: Buffer, id: number): Buffer {
  const bytes = Buffer.concat([Buffer.alloc(2), answer]);
  bytes.writeUInt16BE(answer.length, 0);
  bytes.writeUInt16BE(id, 2);
  return bytes;
}

const ask = (timeoutMs = 1_000, signal?: AbortSignal) =>
  converse(server, { timeoutMs, ...(signal === undefined ? {} : { signal }) }, (conversation) => askRecord(conversation, server, { name: 'orders.example.test.', type: 'A' }));

test('an answer in pieces is put together', async () => {
  act = (request, socket) => {
    const bytes = framed(answers.a, request.readUInt16BE(0));
    for (const byte of bytes) socket.write(Buffer.from([byte]));
  };
  expect(await ask()).toEqual({ name: 'orders.example.test.', type: 'A', ttlSeconds: 1, values: ['127.20.0.80'] });
});

test('answers in another order find their questions', async () => {
  const waiting: Buffer[] = [];
  act = (bytes, socket) => {
    waiting.push(bytes);
    if (waiting.length === 2) for (const request of waiting.toReversed()) socket.write(framed(answers.a, request.readUInt16BE(0)));
  };
  const found = await converse(server, { timeoutMs: 1_000 }, async (conversation) =>
    Promise.all([1, 2].map(() => askRecord(conversation, server, { name: 'orders.example.test.', type: 'A' }))));
  expect(found.map((one) => one?.values)).toEqual([['127.20.0.80'], ['127.20.0.80']]);
});

test('an answer with another id is not ours, and time runs out', async () => {
  act = (request, socket) => void socket.write(framed(answers.a, request.readUInt16BE(0) ^ 1));
  await expect(ask(150)).rejects.toMatchObject({ code: 'Unreachable', message: expect.stringContaining('did not answer within 150 ms') });
});

test('garbage, a hang-up, a cut answer and one without authority cannot be used', async () => {
  const changed = (flags: number): Buffer => {
    const bytes = Buffer.from(answers.a);
    bytes.writeUInt16BE(flags, 2);
    return bytes;
  };
  for (const [answer, reason] of [[answers.a.subarray(0, 30), 'cannot be used'], [changed(0x8600), 'cut off'], [changed(0x8000), 'without authority'], [changed(0x8402), 'SERVFAIL'], [changed(0x0400), 'something else']] as const) {
    act = (request, socket) => void socket.write(framed(answer, request.readUInt16BE(0)));
    await expect(ask()).rejects.toMatchObject({ code: 'Unreachable', message: expect.stringContaining(reason) });
  }
  act = (_, socket) => void socket.destroy();
  await expect(ask()).rejects.toMatchObject({ code: 'Unreachable' });
});

test('an answer to a signed question must be signed', async () => {
  act = (request, socket) => {
    const answer = Buffer.from(answers.a);
    answer.writeUInt16BE(0xa800, 2);
    socket.write(framed(answer, request.readUInt16BE(0)));
  };
  const update = converse(server, { timeoutMs: 1_000 }, (conversation) => conversation.ask({ opcode: 'update', question: { name: 'example.test.', type: 'SOA' } }, key));
  await expect(update).rejects.toMatchObject({ code: 'Unreachable', message: expect.stringContaining('not signed') });
});

test('a port where nobody listens and an aborted wait say so', async () => {
  await expect(converse({ host: '127.0.0.1', port: 1 }, { timeoutMs: 1_000 }, (conversation) => conversation.ask({ opcode: 'query', question: { name: 'a.', type: 'A' } }))).rejects.toMatchObject({ code: 'Unreachable', message: expect.stringContaining('ECONNREFUSED') });
  act = () => undefined;
  await expect(ask(1_000, AbortSignal.timeout(50))).rejects.toMatchObject({ code: 'Unreachable', message: expect.stringContaining('not waited for') });
});
