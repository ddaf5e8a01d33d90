import { appendFileSync, mkdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { compileProgram, removeFolder, RunningProgram, temporaryFolder } from './support/programs.js';

interface Line {
  readonly seq: number;
  readonly client: string;
  readonly id: string;
  readonly site: string;
}

const folder = temporaryFolder();
let server = '';
let volumes = '';
let running: RunningProgram[] = [];
let round = 0;

beforeAll(() => {
  server = join(compileProgram('orders', folder), 'server.js');
});

beforeEach(() => {
  round += 1;
  volumes = join(folder, `volumes-${round}`);
  mkdirSync(join(volumes, 'ledger'), { recursive: true });
  mkdirSync(join(volumes, 'index'));
});

afterEach(async () => {
  for (const program of running) program.signal('SIGKILL');
  await Promise.all(running.map((program) => program.exited));
  running = [];
});

afterAll(() => removeFolder(folder));

function start(env: Readonly<Record<string, string>> = {}): RunningProgram {
  const own = {
    POD_IP: '127.0.0.1',
    PORT: '0',
    NODE_NAME: 'east-1',
    LEDGER_DIR: join(volumes, 'ledger'),
    INDEX_DIR: join(volumes, 'index'),
    GREETING: 'welcome',
    API_TOKEN: 'token',
  };
  const program = RunningProgram.start(server, [], { ...own, ...env });
  running.push(program);
  return program;
}

async function ready(program: RunningProgram): Promise<string> {
  const { port } = JSON.parse(await program.line('orders is ready'));
  return `http://127.0.0.1:${port}`;
}

interface Ordered {
  readonly status: number;
  readonly body: { readonly id: string; readonly site: string };
}

async function order(base: string, seq: number, client = 'c'): Promise<Ordered> {
  const response = await fetch(`${base}/orders`, { method: 'POST', body: JSON.stringify({ client, seq }) });
  return { status: response.status, body: JSON.parse(await response.text()) };
}

const logPath = (): string => join(volumes, 'ledger', 'orders.log');
const tablePath = (): string => join(volumes, 'index', 'table');

function lines(): Line[] {
  return readFileSync(logPath(), 'utf8').split('\n').slice(0, -1).map((line) => JSON.parse(line));
}

describe('the orders service', () => {
  test('an acknowledged order stands in the log with the site of its node, and in the table', async () => {
    const base = await ready(start({ NODE_NAME: 'west-2' }));
    const { status, body } = await order(base, 1);
    expect(status).toBe(201);
    expect(body.site).toBe('west');
    expect(lines()).toMatchObject([{ seq: 1, client: 'c', id: body.id, site: 'west' }]);
    const table = readFileSync(tablePath(), 'utf8');
    expect(table).toHaveLength(256);
    expect(JSON.parse(table)).toEqual({ client: 'c', seq: 1, id: body.id, line: 1, count: 1 });
  });

  test('a retry gets the same id and is not written twice, also after a restart and beside its first attempt', async () => {
    const first = start();
    const base = await ready(first);
    const both = await Promise.all([order(base, 1), order(base, 1)]);
    expect(both[0].body.id).toBe(both[1].body.id);
    expect(both.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, 201]);
    first.signal('SIGKILL');
    await first.exited;
    const again = await order(await ready(start({ NODE_NAME: 'west-1' })), 1);
    expect(again).toMatchObject({ status: 200, body: { id: both[0].body.id, site: 'east' } });
    expect(lines()).toHaveLength(1);
  });

  test('orders of many clients at once are all written and every table record matches its log line', async () => {
    const base = await ready(start());
    const clients = Array.from({ length: 20 }, (_, index) => `client-${index}`);
    for (const seq of [1, 2, 3]) await Promise.all(clients.map((client) => order(base, seq, client)));
    const log = lines();
    expect(new Set(log.map(({ id }) => id)).size).toBe(60);
    const table = readFileSync(tablePath(), 'utf8').split('\n').slice(0, -1).map((line) => JSON.parse(line));
    expect(table).toHaveLength(20);
    for (const record of table) {
      expect(record).toMatchObject({ seq: 3, count: 3 });
      expect(log[record.line - 1]).toMatchObject({ client: record.client, seq: 3, id: record.id });
    }
  });

  test('SIGTERM ends it with 0 within 100 ms although a client keeps its connection', async () => {
    const program = start();
    const base = await ready(program);
    await order(base, 1);
    const sentAt = performance.now();
    program.signal('SIGTERM');
    await program.line('orders has stopped');
    const took = performance.now() - sentAt;
    expect((await program.exited).code).toBe(0);
    expect(took).toBeLessThan(100);
  });

  test('every order acknowledged before SIGTERM is in the log', async () => {
    const program = start();
    const base = await ready(program);
    const sent = Array.from({ length: 50 }, (_, index) => order(base, 1, `c-${index}`).catch(() => undefined));
    await sent[0];
    program.signal('SIGTERM');
    const acknowledged = (await Promise.all(sent)).filter((answer) => answer?.status === 201);
    expect((await program.exited).code).toBe(0);
    const ids = new Set(lines().map(({ id }) => id));
    expect(acknowledged.length).toBeGreaterThan(0);
    expect(acknowledged.filter((answer) => answer !== undefined && !ids.has(answer.body.id))).toEqual([]);
  });

  test('a log ahead of the table is repaired at start', async () => {
    const first = start();
    const base = await ready(first);
    await order(base, 1);
    await order(base, 1, 'd');
    const whole = readFileSync(tablePath());
    first.signal('SIGTERM');
    await first.exited;
    truncateSync(tablePath(), 256);
    const replay = JSON.parse(await start().line('orders is ready'));
    expect(replay).toMatchObject({ entries: 2, repaired: true });
    expect(readFileSync(tablePath())).toEqual(whole);
  });

  test('a torn last line is cut off and the order can be written again', async () => {
    const first = start();
    await order(await ready(first), 1);
    first.signal('SIGTERM');
    await first.exited;
    appendFileSync(logPath(), '{"seq":2,"client":"c","id":"x');
    const second = start();
    const base = await ready(second);
    expect((await order(base, 2)).status).toBe(201);
    expect(lines().map(({ seq }) => seq)).toEqual([1, 2]);
  });

  test('a table ahead of the log makes it refuse to start with exit 3', async () => {
    const first = start();
    await order(await ready(first), 1);
    first.signal('SIGTERM');
    await first.exited;
    truncateSync(logPath(), 0);
    const second = start();
    await second.line('the table is ahead of the log');
    expect((await second.exited).code).toBe(3);
  });

  test('a whole line that is no entry makes it refuse to start', async () => {
    writeFileSync(logPath(), 'nonsense\n');
    const program = start();
    await program.line('line 1 is not an entry');
    expect((await program.exited).code).toBe(1);
  });

  test('missing volumes and a node without a site are said and end it', async () => {
    rmSync(join(volumes, 'index'), { recursive: true });
    const program = start();
    await program.line('ENOENT');
    expect((await program.exited).code).toBe(1);
    const nameless = start({ NODE_NAME: 'somewhere', PORT: '99999' });
    const line = await nameless.line('orders cannot start');
    expect(line).toContain('PORT is not a port');
    expect(line).toContain('NODE_NAME');
    expect((await nameless.exited).code).toBe(2);
  });

  test('the pages show state, the listing needs the token, nonsense is refused', async () => {
    const base = await ready(start());
    await order(base, 1);
    const get = async (path: string, headers: Record<string, string> = {}): Promise<{ status: number; body: unknown }> => {
      const response = await fetch(`${base}${path}`, { headers });
      return { status: response.status, body: await response.json() };
    };
    expect(await get('/healthz')).toMatchObject({ status: 200 });
    expect(await get('/')).toMatchObject({ status: 200, body: { greeting: 'welcome', site: 'east', orders: 1 } });
    expect(await get('/orders/last')).toMatchObject({ status: 200, body: { count: 1, last: { seq: 1 } } });
    expect(await get('/orders')).toMatchObject({ status: 401 });
    expect(await get('/orders', { authorization: 'Bearer token' })).toMatchObject({ status: 200, body: { clients: { c: 1 } } });
    expect(await get('/elsewhere')).toMatchObject({ status: 404 });
    expect((await order(base, 0)).status).toBe(400);
    expect((await order(base, 1, 'a b')).status).toBe(400);
  });

  test('the sabotaged build loses acknowledged orders when it is killed', async () => {
    const program = start({ ORDERS_NO_FSYNC: '1' });
    const base = await ready(program);
    expect((await order(base, 1)).status).toBe(201);
    expect((await order(base, 1)).status).toBe(200);
    program.signal('SIGKILL');
    await program.exited;
    expect(lines()).toEqual([]);
  });

  test('the sabotaged build writes what it acknowledged when it is stopped in peace', async () => {
    const program = start({ ORDERS_NO_FSYNC: '1' });
    const base = await ready(program);
    await order(base, 1);
    await order(base, 2);
    program.signal('SIGTERM');
    expect((await program.exited).code).toBe(0);
    expect(lines().map(({ seq }) => seq)).toEqual([1, 2]);
  });
});
