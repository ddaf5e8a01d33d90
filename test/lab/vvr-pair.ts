import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ExecResult, Kube } from '../../src/drivers/kubernetes/kube.js';
import { fakePods } from '../drivers/vvr/fake-pods.js';

/** Where the lab's programs are. */
const bin = process.env['CHANGEOVER_TEST_BIN'] ?? join(process.env['CHANGEOVER_CACHE'] ?? join(homedir(), '.cache', 'changeover'), 'bin');

export const rvg = 'orders_rvg';
export const volumes = ['orders-ledger-vol', 'orders-index-vol'] as const;
export const diskGroupOf = (site: string): string => `vrts_kube_dg-${site}`;

export interface Site {
  readonly kube: Kube;
  /** Throws unless the simulator takes the switches. */
  set(switches: object): Promise<void>;
  write(file: string): Promise<void>;
  has(file: string): boolean;
  /** A process holds a file of the first volume open, or lets go of it. */
  hold(open: boolean): Promise<void>;
}

export interface Pair {
  readonly east: Site;
  readonly west: Site;
  stop(): Promise<void>;
}

/** Two VVR simulators, east Primary and west Secondary, with pods whose exec runs the simulator's own vradmin. */
export async function startPair(): Promise<Pair> {
  for (const program of ['vvrd', 'vradmin']) if (!existsSync(join(bin, program))) throw new Error(`This test needs the lab's ${program} in ${bin}.`);
  const home = await mkdtemp(join(tmpdir(), 'changeover-vvr-'));
  const ports = { east: await freePort(), west: await freePort() };
  const children: ChildProcess[] = [];
  const stop = async (): Promise<void> => {
    await Promise.all(children.map(ended));
    await rm(home, { recursive: true, force: true });
  };
  const start = async (site: 'east' | 'west'): Promise<Site> => {
    const folder = join(home, site);
    await mkdir(folder);
    await writeFile(join(folder, 'config.json'), JSON.stringify(configOf(site, ports)));
    const child = spawn(join(bin, 'vvrd'), ['--site', site, '--state-dir', join(folder, 'vvr'), '--volumes-dir', join(folder, 'volumes'), '--listen', `127.0.0.1:${ports[site]}`, '--config', join(folder, 'config.json')], { stdio: ['ignore', 'pipe', 'inherit'] });
    children.push(child);
    await new Promise<void>((resolve, reject) => {
      child.stdout?.once('data', () => resolve());
      child.once('exit', (code) => reject(new Error(`vvrd of ${site} ended with ${String(code)}`)));
    });
    return siteOf(site, folder, children);
  };
  try {
    return { east: await start('east'), west: await start('west'), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

function siteOf(site: string, folder: string, children: ChildProcess[]): Site {
  const socket = join(folder, 'vvr', 'vvrd.sock');
  const ledger = join(folder, 'volumes', 'rvg', rvg, 'current', volumes[0]);
  let holder: ChildProcess | null = null;
  const exec: Kube['exec'] = async (pod, argv) => {
    const [program = '', ...rest] = argv;
    return run(program, rest, { VVRD_SOCKET: socket, NODE_NAME: pod.name.replace('sds', site) });
  };
  return {
    kube: { ...fakePods(['sds-1', 'sds-2'], () => ''), site, exec },
    async set(switches) {
      const answer = await ask(socket, { op: 'sim', set: switches });
      if (!answer.includes('"ok":true')) throw new Error(answer);
    },
    has: (file) => existsSync(join(ledger, file)),
    write: (file) => writeFile(join(ledger, file), `${Date.now()}`),
    async hold(open) {
      if (!open && holder !== null) await ended(holder);
      if (!open) {
        holder = null;
        return;
      }
      const path = join(ledger, 'held');
      await writeFile(path, 'x');
      holder = spawn('tail', ['-f', path], { stdio: ['ignore', 'pipe', 'ignore'] });
      children.push(holder);
      const { stdout } = holder;
      await new Promise<void>((resolve) => stdout?.once('data', () => resolve()));
    },
  };
}

function configOf(site: 'east' | 'west', ports: Readonly<Record<'east' | 'west', number>>): object {
  const peer = site === 'east' ? 'west' : 'east';
  const hostOf = (one: string): string => `${one}-vvr.example.test`;
  return {
    site, host: hostOf(site), diskGroup: diskGroupOf(site), logOwner: `${site}-1`,
    peers: [{ site: peer, host: hostOf(peer), diskGroup: diskGroupOf(peer), dial: `127.0.0.1:${ports[peer]}` }],
    rvgs: [{
      name: rvg, srl: 'orders_srl', srlSizeBytes: 134_217_728, role: site === 'east' ? 'primary' : 'secondary', protection: 'autodcm', latency: 'off', mode: 'asynchronous',
      volumes: volumes.map((name) => ({ name, sizeBytes: 67_108_864, dcm: true })), secondaries: site === 'east' ? ['west'] : [],
    }],
  };
}

/** vradmin and vxprint are one program under two names. */
async function run(program: string, argv: readonly string[], env: Readonly<Record<string, string>>): Promise<ExecResult> {
  const child = spawn(join(bin, 'vradmin'), argv, { argv0: program, env, stdio: ['ignore', 'pipe', 'pipe'] });
  let [stdout, stderr] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  const exitCode = await new Promise<number | null>((resolve, reject) => child.once('close', resolve).once('error', reject));
  return { exitCode, stdout, stderr };
}

async function ask(path: string, request: object): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(path, () => socket.write(`${JSON.stringify(request)}\n`));
    socket.once('data', (bytes) => {
      socket.destroy();
      resolve(bytes.toString());
    }).once('error', reject);
  });
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === 'object' && address !== null ? address.port : 0;
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exit = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGTERM');
  await exit;
}
