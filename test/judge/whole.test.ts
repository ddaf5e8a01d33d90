import { cpSync, mkdirSync, readFileSync, watch, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readArguments } from '../../lab/judge/arguments.js';
import { judge } from '../../lab/judge/verdict.js';
import type { Verdict } from '../../lab/judge/verdict.js';
import { FakeNameServer } from '../orders/support/fake-name-server.js';
import { compileProgram, removeFolder, RunningProgram, temporaryFolder } from '../orders/support/programs.js';

const folder = temporaryFolder();
let serverScript = '';
let clientScript = '';
let names: FakeNameServer;
let programs: RunningProgram[] = [];
let round = 0;

beforeAll(() => {
  serverScript = join(compileProgram('orders', folder), 'server.js');
  clientScript = join(compileProgram('client', folder), 'client.js');
});

beforeEach(async () => {
  round += 1;
  names = await FakeNameServer.start();
  names.ttl = 1;
  names.records.set('orders.example.test', { address: '127.0.0.1' });
});

afterEach(async () => {
  for (const program of programs) program.signal('SIGKILL');
  await Promise.all(programs.map((program) => program.exited));
  programs = [];
  names.close();
});

afterAll(() => removeFolder(folder));

const path = (...parts: string[]): string => join(folder, `run-${round}`, ...parts);

async function startSite(site: string, address: string, more: Readonly<Record<string, string>>): Promise<{ program: RunningProgram; port: number }> {
  for (const volume of ['ledger', 'index']) mkdirSync(path(site, volume), { recursive: true });
  const volumes = { LEDGER_DIR: path(site, 'ledger'), INDEX_DIR: path(site, 'index') };
  const program = RunningProgram.start(serverScript, [], { NODE_NAME: `${site}-1`, POD_IP: address, ...volumes, ...more });
  programs.push(program);
  const { port } = JSON.parse(await program.line('orders is ready'));
  return { program, port };
}

/** Resolves when the client has recorded so many acknowledgements of one habit by one site. */
function recorded(habit: string, site: string, count: number): Promise<void> {
  return new Promise((resolve) => {
    const look = (): void => {
      const lines = readFileSync(path('acks.jsonl'), 'utf8').split('\n');
      const seen = lines.filter((line) => line.startsWith(`{"kind":"ack","habit":"${habit}"`) && line.includes(`"servedBy":"${site}"`));
      if (seen.length < count) return;
      watcher.close();
      resolve();
    };
    const watcher = watch(path('acks.jsonl'), look);
    look();
  });
}

interface Move {
  readonly how: NodeJS.Signals;
  readonly env?: Readonly<Record<string, string>>;
}

/** Moves the real service by hand from east to west under the real client, and judges what is left. */
async function moveAndJudge({ how, env = {} }: Move): Promise<Verdict> {
  const changes = { east: [[Date.now(), true]], west: [[Date.now(), false]] };
  const east = await startSite('east', '127.0.0.1', { PORT: '0', ...env });
  const args = ['--name', 'orders.example.test', '--port', String(east.port), '--dns', names.address, '--out', path('acks.jsonl')];
  const client = RunningProgram.start(clientScript, args);
  programs.push(client);
  await client.line('"ready":true');
  await recorded('ttl', 'east', 10);
  east.program.signal(how);
  await east.program.exited;
  changes.east.push([Date.now() + 1, false]);
  cpSync(path('east'), path('west'), { recursive: true });
  changes.west.push([Date.now() + 2, true]);
  const west = await startSite('west', '127.0.0.2', { PORT: String(east.port), ...env });
  names.records.set('orders.example.test', { address: '127.0.0.2' });
  await recorded('ttl', 'west', 1);
  client.signal('SIGTERM');
  await client.exited;
  west.program.signal('SIGTERM');
  await west.program.exited;
  for (const [site, lines] of Object.entries(changes)) {
    const log = lines.map(([atMs, writable]) => `${JSON.stringify({ site, rvg: 'orders_rvg', atMs, writable })}\n`);
    writeFileSync(path(`${site}.jsonl`), log.join(''));
  }
  const dirs = (volume: string): string => ['east', 'west'].map((site) => `${site}=${path(site, volume)}`).join(',');
  const logs = `${path('east.jsonl')},${path('west.jsonl')}`;
  return judge(readArguments(['--ledger-dirs', dirs('ledger'), '--index-dirs', dirs('index'), '--acks', path('acks.jsonl'), '--writability', logs]));
}

describe('service, client and judge together', () => {
  test('a move in peace passes, and the outage is longer for who keeps an answer', async () => {
    const { reasons, findings } = await moveAndJudge({ how: 'SIGTERM' });
    expect(reasons).toEqual([]);
    expect(findings?.sitesThatAcknowledged.map(({ site }) => site)).toEqual(['east', 'west']);
    expect(findings?.writesAcknowledged).toBeGreaterThan(30);
    expect(findings?.outageSeconds['ttl']).toBeGreaterThan(0.05);
    expect(findings?.outages['once']?.longest.openEnded).toBe(true);
  });

  test('a build without fsync that loses its power turns the judge red', async () => {
    const { ok, findings } = await moveAndJudge({ how: 'SIGKILL', env: { ORDERS_NO_FSYNC: '1' } });
    expect(ok).toBe(false);
    expect(findings?.writesLost).toBeGreaterThan(0);
  });
});
