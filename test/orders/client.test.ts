import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { FakeNameServer } from './support/fake-name-server.js';
import { FakeOrders } from './support/fake-orders.js';
import { compileProgram, removeFolder, RunningProgram, temporaryFolder } from './support/programs.js';

interface RecordLine {
  readonly kind: string;
  readonly habit: string;
  readonly client: string;
  readonly seq: number;
  readonly id: string;
  readonly site: string;
  readonly address: string;
  readonly attempts: number;
  readonly sentAt: number;
  readonly ackAt: number;
  readonly from: number;
  readonly to: number;
  readonly reasons: Record<string, number>;
}

const folder = temporaryFolder();
const habits = ['always', 'ttl', 'once'];
let script = '';
let round = 0;
let out = '';
let east: FakeOrders;
let west: FakeOrders;
let names: FakeNameServer;
let program: RunningProgram | undefined;

beforeAll(() => {
  script = join(compileProgram('client', folder), 'client.js');
});

beforeEach(async () => {
  round += 1;
  out = join(folder, `record-${round}.jsonl`);
  east = await FakeOrders.start('east', '127.0.0.1');
  west = await FakeOrders.start('west', '127.0.0.2', east.port);
  names = await FakeNameServer.start();
  names.records.set('shop.example.test', { alias: 'orders.example.test' });
  names.records.set('orders.example.test', { address: '127.0.0.1' });
});

afterEach(async () => {
  program?.signal('SIGKILL');
  await program?.exited;
  program = undefined;
  east.close();
  west.close();
  names.close();
});

afterAll(() => removeFolder(folder));

function start(dns: string = names.address): RunningProgram {
  const args = ['--name', 'shop.example.test', '--port', String(east.port), '--dns', dns, '--out', out, '--client-id', 'test'];
  program = RunningProgram.start(script, args);
  return program;
}

/** Ends the client in peace and reads what it recorded. */
async function finish(running: RunningProgram): Promise<RecordLine[]> {
  running.signal('SIGTERM');
  await running.line('"ended":true');
  expect((await running.exited).code).toBe(0);
  return readFileSync(out, 'utf8').split('\n').slice(0, -1).map((line) => JSON.parse(line));
}

function acksOf(records: readonly RecordLine[], habit: string): RecordLine[] {
  return records.filter((record) => record.kind === 'ack' && record.habit === habit);
}

describe('the load client', () => {
  test('three habits write their own sequences without holes, under the name they were given', async () => {
    const running = start();
    await running.line('"ready":true');
    await Promise.all(habits.map((habit) => east.until(({ client, seq }) => client === `${habit}-test` && seq === 20)));
    const records = await finish(running);
    expect(records[0]?.kind).toBe('start');
    expect(records.at(-1)?.kind).toBe('end');
    for (const habit of habits) {
      const acks = acksOf(records, habit);
      expect(acks.map(({ seq }) => seq)).toEqual(acks.map((_, index) => index + 1));
      expect(acks[0]).toMatchObject({ client: `${habit}-test`, id: `${habit}-test-1`, site: 'east', address: '127.0.0.1', attempts: 1 });
      expect(acks.every(({ sentAt, ackAt }) => ackAt >= sentAt)).toBe(true);
    }
    expect(east.received.every(({ host }) => host === 'shop.example.test')).toBe(true);
  });

  test('it keeps its pace of at least 5 ms', async () => {
    const running = start();
    await east.until(({ client, seq }) => client === 'once-test' && seq === 21);
    const sent = acksOf(await finish(running), 'once').map(({ sentAt }) => sentAt);
    expect((sent[20] ?? 0) - (sent[0] ?? 0)).toBeGreaterThanOrEqual(99);
  });

  test('when the name moves, one follows at once, one when its answer has expired, one never', async () => {
    names.ttl = 1;
    const running = start();
    await running.line('"ready":true');
    const asked = performance.now();
    names.records.set('orders.example.test', { address: '127.0.0.2' });
    const always = await west.until(({ client }) => client === 'always-test');
    const ttl = await west.until(({ client }) => client === 'ttl-test');
    const records = await finish(running);
    expect(always.at - asked).toBeLessThan(300);
    expect(ttl.at).toBeGreaterThan(always.at);
    expect(ttl.at - asked).toBeLessThan(1500);
    expect(west.received.some(({ client }) => client === 'once-test')).toBe(false);
    expect(records.filter(({ kind, habit }) => kind === 'answer' && habit === 'ttl')).toHaveLength(2);
    for (const habit of ['always', 'ttl']) {
      const acks = acksOf(records, habit);
      expect(acks.map(({ seq }) => seq)).toEqual(acks.map((_, index) => index + 1));
    }
  });

  test('only the habit that asks always gives up its connection', async () => {
    const running = start();
    await Promise.all(habits.map((habit) => east.until(({ client, seq }) => client === `${habit}-test` && seq === 10)));
    await finish(running);
    const connections = (habit: string): number =>
      new Set(east.received.filter(({ client, seq }) => client === `${habit}-test` && seq <= 10).map(({ connection }) => connection)).size;
    expect(habits.map(connections)).toEqual([10, 1, 1]);
  });

  test('a failed order is tried again under the same number until it is acknowledged, and the interval is recorded', async () => {
    const tries = new Map<string, number>();
    east.fault = ({ client, seq }) => {
      const count = (tries.get(`${client}/${seq}`) ?? 0) + 1;
      tries.set(`${client}/${seq}`, count);
      if (seq !== 5 || count > 3) return undefined;
      return count === 2 ? 'refuse' : 'reset';
    };
    const running = start();
    await Promise.all(habits.map((habit) => east.until(({ client, seq }) => client === `${habit}-test` && seq === 10)));
    const records = await finish(running);
    for (const habit of habits) {
      const acks = acksOf(records, habit);
      expect(acks.map(({ seq }) => seq)).toEqual(acks.map((_, index) => index + 1));
      expect(acks[4]).toMatchObject({ seq: 5, attempts: 4 });
      const failure = records.find((record) => record.kind === 'failure' && record.habit === habit && record.seq === 5);
      expect(failure).toMatchObject({ attempts: 3, reasons: { '127.0.0.1: ECONNRESET': 2, '127.0.0.1: status 503': 1 } });
      expect((failure?.to ?? 0) - (failure?.from ?? 0)).toBeLessThan(400);
    }
  });

  test('a request without an answer is given up after half a second', async () => {
    let silenced = false;
    east.fault = ({ client, seq }) => {
      if (client !== 'ttl-test' || seq !== 3 || silenced) return undefined;
      silenced = true;
      return 'silence';
    };
    const running = start();
    await east.until(({ client, seq }) => client === 'ttl-test' && seq === 4);
    const failure = (await finish(running)).find(({ kind, seq }) => kind === 'failure' && seq === 3);
    expect(failure).toMatchObject({ attempts: 1, reasons: { '127.0.0.1: no answer in 500 ms': 1 } });
  });

  test('a name server that does not answer is passed over for the next', async () => {
    const dead = await FakeNameServer.start();
    dead.silent = true;
    const running = start(`${dead.address},${names.address}`);
    await running.line('"ready":true');
    await finish(running);
    dead.close();
    expect(dead.queries).toBeGreaterThan(0);
  });

  test('a name that does not exist is a recorded failure, and the client still ends in peace', async () => {
    names.records.clear();
    const running = start();
    await names.untilAsked(12);
    const records = await finish(running);
    expect(records.filter(({ kind }) => kind === 'ack')).toEqual([]);
    expect(JSON.stringify(records.find(({ kind }) => kind === 'failure')?.reasons)).toContain('does not know the name');
  });

  test('wrong arguments are named all at once with exit 2', async () => {
    program = RunningProgram.start(script, ['--port', 'x', '--rate=-1']);
    const line = await program.line('--name is missing');
    expect(line).toMatch(/--port is not a port.*--dns is missing.*--out is missing.*--rate/);
    expect((await program.exited).code).toBe(2);
  });
});
