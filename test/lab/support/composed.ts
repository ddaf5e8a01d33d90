import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { chmodSync, chownSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { ensureComponents, ensureTestPrograms } from '../../../lab/components/ensure.js';
import { ensurePostgres } from '../../../lab/components/postgres.js';
import { repositoryRoot } from '../../../lab/paths.js';
import { waitFor } from '../../../lab/process/wait.js';
import { silent } from '../../../lab/progress.js';
import { service, shell } from './compose.js';

const run = promisify(execFile);
const NOBODY = 65_534;
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
    for (const name of ['postgres', ...parts]) this.ports.set(name, await freePort());
    const [components, programs] = [await ensureComponents(silent), await ensureTestPrograms(silent)];
    this.postgresBin = await ensurePostgres(silent);
    mkdirSync(join(this.folder, 'bin'));
    for (const [name, path] of [['temporal', components.temporal], ['temporal-server', programs.temporalServer], ['temporal-sql-tool', programs.temporalSqlTool]] as const) symlinkSync(path, join(this.folder, 'bin', name));
    mkdirSync(join(this.folder, 'secrets'));
    // As docs/install.md makes it: Temporal's configuration template and its tools do not quote what else a password may hold.
    writeFileSync(join(this.folder, 'secrets', 'database-password'), randomBytes(24).toString('hex'));
    chmodSync(this.folder, 0o755);
  }

  get temporalAddress(): string {
    return `127.0.0.1:${this.port('FRONTEND_GRPC_PORT')}`;
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
    this.keep(spawn(program, args, { env: { ...this.environment('temporal'), ...own, BIND_ON_IP: '127.0.0.1' }, stdio: 'ignore' }));
  }

  /** Starts one of our own services with the image's entrypoint; resolves with its output once it said `ready`. */
  async startOurs(name: string, options: { config: string; ready: RegExp }): Promise<void> {
    const child = this.keep(spawn(process.execPath, [...(service(name).command ?? [])], { cwd: repositoryRoot(), env: { ...this.environment(name), CHANGEOVER_CONFIG: options.config }, stdio: ['ignore', 'pipe', 'pipe'] }));
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
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  return typeof address === 'object' && address !== null ? address.port : 0;
}
