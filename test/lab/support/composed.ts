import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { randomBytes, randomInt } from 'node:crypto';
import { once } from 'node:events';
import { chmodSync, chownSync, closeSync, copyFileSync, mkdirSync, mkdtempSync, openSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { ensureComponents, ensureTestPrograms } from '../../../lab/components/ensure.js';
import { ensurePostgres } from '../../../lab/components/postgres.js';
import { repositoryRoot } from '../../../lab/paths.js';
import { waitFor } from '../../../lab/process/wait.js';
import { silent } from '../../../lab/progress.js';
import { service, shell } from './compose.js';

const run = promisify(execFile);
const NOBODY = 65_534;
/** Below the ports that a system gives out by itself: Temporal keeps those of its parts in a `smallint` of PostgreSQL, which ends at 32767. */
const PORTS = { from: 23_000, to: 32_767 } as const;
/** Ports of Temporal's parts, by the environment variable that sets each; images need none of it, since each has an address of its own. */
const parts = ['FRONTEND_GRPC_PORT', 'FRONTEND_HTTP_PORT', 'FRONTEND_MEMBERSHIP_PORT', 'HISTORY_GRPC_PORT', 'HISTORY_MEMBERSHIP_PORT', 'MATCHING_GRPC_PORT', 'MATCHING_MEMBERSHIP_PORT', 'WORKER_GRPC_PORT', 'WORKER_MEMBERSHIP_PORT'];

/**
 * The services of docker-compose.yml as processes: the commands and the environment of the file, with its names and paths exchanged
 * for this machine's (`postgres` and `temporal` for loopback and free ports, `/compose` and `/run/secrets` for folders).
 */
export class Composed {
  readonly folder = mkdtempSync(join(tmpdir(), 'composed-'));
  private readonly children: ChildProcess[] = [];
  private readonly ports = new Map<string, number>();
  private postgresBin = '';

  async prepare(): Promise<void> {
    for (const name of ['postgres', 'ui', 'api', 'health', ...parts]) this.ports.set(name, await freePort());
    const [components, programs] = [await ensureComponents(silent), await ensureTestPrograms(silent)];
    this.postgresBin = await ensurePostgres(silent);
    mkdirSync(join(this.folder, 'bin'));
    for (const [name, path] of [['temporal', components.temporal], ['temporal-server', programs.temporalServer], ['temporal-sql-tool', programs.temporalSqlTool], ['temporal-ui', programs.temporalUi]] as const) symlinkSync(path, join(this.folder, 'bin', name));
    mkdirSync(join(this.folder, 'secrets'));
    mkdirSync(join(this.folder, 'ui'));
    writeFileSync(join(this.folder, 'ui', 'base.yaml'), 'host: 127.0.0.1\n');
    copyFileSync(join(repositoryRoot(), 'test', 'lab', 'support', 'temporal-ui.yaml'), join(this.folder, 'ui', 'docker.yaml'));
    // As docs/install.md makes it: Temporal's configuration template and its tools do not quote what else a password may hold.
    writeFileSync(join(this.folder, 'secrets', 'database-password'), randomBytes(24).toString('hex'));
    chmodSync(this.folder, 0o755);
  }

  get temporalAddress(): string {
    return `127.0.0.1:${this.port('FRONTEND_GRPC_PORT')}`;
  }

  /** What Temporal's server wrote. */
  get temporalLog(): string {
    return join(this.folder, 'temporal.log');
  }

  /** What the PostgreSQL image does with these variables, done by hand: its entrypoint cannot run here. */
  async startPostgres(): Promise<void> {
    const { environment } = service('postgres');
    const data = join(this.folder, 'postgres');
    mkdirSync(data);
    chownSync(data, NOBODY, NOBODY);
    const as = { uid: NOBODY, gid: NOBODY, cwd: '/' };
    await run(join(this.postgresBin, 'initdb'), ['--pgdata', data, '--username', environment['POSTGRES_USER'] ?? '', `--pwfile=${this.translated(environment['POSTGRES_PASSWORD_FILE'] ?? '')}`, '--no-sync', ...(environment['POSTGRES_INITDB_ARGS'] ?? '').split(' ')], as);
    this.keep(spawn(join(this.postgresBin, 'postgres'), ['-D', data, '-p', String(this.port('postgres')), '-c', 'listen_addresses=127.0.0.1', '-c', `unix_socket_directories=${data}`, '-c', 'fsync=off'], { ...as, stdio: 'ignore' }));
    const [, check = ''] = service('postgres').healthcheck?.test ?? [];
    await waitFor(async () => this.shell(`${check} --host 127.0.0.1 --port ${this.port('postgres')}`).then(() => true), { what: 'PostgreSQL by its own healthcheck', deadlineMs: 30_000 });
  }

  /** Runs a one-shot service to its end; its output. */
  async once(name: string): Promise<string> {
    const { entrypoint = [] } = service(name);
    const [program = '', ...args] = entrypoint.map((word) => this.translated(word));
    const { stdout, stderr } = await run(program, args, { env: this.environment(name), timeout: 120_000 });
    return stdout + stderr;
  }

  /** Starts Temporal by its service's own entrypoint; the image's script is exchanged for the command that it ends with. */
  startTemporal(): void {
    const { entrypoint = [] } = service('temporal');
    const [program = '', ...args] = entrypoint.map((word) => shell(this.translated(word)).replace('/etc/temporal/entrypoint.sh', 'temporal-server start'));
    const own = Object.fromEntries(parts.map((part) => [part, String(this.port(part))]));
    const log = openSync(this.temporalLog, 'a');
    this.keep(spawn(program, args, { env: { ...this.environment('temporal'), ...own, BIND_ON_IP: '127.0.0.1' }, stdio: ['ignore', log, log] }));
    closeSync(log);
  }

  /** Starts the UI as its image does, with the part of the image's template that reads this file's variables. */
  startUi(): void {
    this.keep(spawn(join(this.folder, 'bin', 'temporal-ui'), ['--root', this.folder, '--config', 'ui', '--env', 'docker', 'start'], { env: { ...this.environment('temporal-ui'), TEMPORAL_UI_PORT: String(this.port('ui')) }, stdio: 'ignore' }));
  }

  get uiAddress(): string {
    return `http://127.0.0.1:${this.port('ui')}`;
  }

  get apiAddress(): string {
    return `127.0.0.1:${this.port('api')}`;
  }

  /** Starts one of our own services with the image's entrypoint, or another part in the same environment; resolves once it said `ready`. */
  async startOurs(name: string, options: { config: string; ready: RegExp; command?: readonly string[] }): Promise<void> {
    const child = this.keep(spawn(process.execPath, (options.command ?? service(name).command ?? []).map((word) => this.translated(word)), { cwd: repositoryRoot(), env: { ...this.environment(name), CHANGEOVER_CONFIG: options.config }, stdio: ['ignore', 'pipe', 'pipe'] }));
    let said = '';
    await new Promise<void>((resolve, reject) => {
      const hear = (text: string): void => {
        said += text;
        if (options.ready.test(said)) resolve();
      };
      child.stdout?.setEncoding('utf8').on('data', hear);
      child.stderr?.setEncoding('utf8').on('data', hear);
      child.once('exit', (code) => reject(new Error(`${name} ended with ${code}: ${said.slice(-1500)}`)));
    });
  }

  /** Waits until a service of ours is healthy, as its own healthcheck says. */
  async awaitHealthy(name: string): Promise<void> {
    const [, program = '', ...args] = service(name).healthcheck?.test ?? [];
    await waitFor(async () => run(program, args.map((word) => this.translated(word)), { env: { PATH: `${dirname(process.execPath)}:/usr/bin:/bin` } }).then(() => true), { what: `${name} by its own healthcheck`, deadlineMs: 60_000 });
  }

  /** Runs our command in the environment of a service. */
  async ours(name: string, options: { config: string; args: readonly string[] }): Promise<{ exitCode: number; stdout: string }> {
    const env = { ...this.environment(name), CHANGEOVER_CONFIG: options.config };
    return run(process.execPath, ['dist/src/main.js', ...options.args], { cwd: repositoryRoot(), env }).then(
      ({ stdout }) => ({ exitCode: 0, stdout }),
      (error: { code: number; stdout: string }) => ({ exitCode: error.code, stdout: error.stdout }),
    );
  }

  async end(): Promise<void> {
    for (const child of this.children.toReversed()) {
      if (child.exitCode !== null || child.signalCode !== null) continue;
      const ended = once(child, 'exit');
      child.kill('SIGINT');
      await ended;
    }
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** Only what the file says, and where programs are. */
  private environment(name: string): NodeJS.ProcessEnv {
    const said = Object.entries(service(name).environment).map(([key, value]) => [key, this.translated(value)]);
    return { PATH: `${join(this.folder, 'bin')}:/usr/bin:/bin`, HOME: this.folder, ...Object.fromEntries(said) };
  }

  private translated(text: string): string {
    return text
      .replace(/^postgres$/, '127.0.0.1')
      .replace(/^5432$/, String(this.port('postgres')))
      .replace(/^temporal:7233$/, this.temporalAddress)
      .replaceAll('127.0.0.1:8480', this.apiAddress)
      .replaceAll('127.0.0.1:8481', `127.0.0.1:${this.port('health')}`)
      .replaceAll('/compose/', `${join(repositoryRoot(), 'deploy', 'compose')}/`)
      .replaceAll('/run/secrets/', `${join(this.folder, 'secrets')}/`);
  }

  private async shell(command: string): Promise<void> {
    await run('/bin/sh', ['-c', command], { env: { PATH: `${this.postgresBin}:/usr/bin:/bin` } });
  }

  private port(name: string): number {
    return this.ports.get(name) ?? 0;
  }

  private keep(child: ChildProcess): ChildProcess {
    this.children.push(child);
    return child;
  }
}

async function freePort(): Promise<number> {
  for (;;) {
    const server = createServer().listen(randomInt(PORTS.from, PORTS.to), '127.0.0.1');
    const taken = await Promise.race([once(server, 'listening').then(() => false), once(server, 'error').then(() => true)]);
    if (taken) continue;
    const address = server.address();
    server.close();
    await once(server, 'close');
    if (typeof address === 'object' && address !== null) return address.port;
  }
}
