import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { chmodSync, chownSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Client } from 'pg';
import { ensurePostgres } from '../../../lab/components/postgres.js';
import { repositoryRoot } from '../../../lab/paths.js';
import { waitFor } from '../../../lab/process/wait.js';
import { silent } from '../../../lab/progress.js';

const run = promisify(execFile);
const NOBODY = 65_534;
const ADMIN = 'admin';

/** A PostgreSQL of Debian's on a free port of loopback, with passwords asked for as anywhere, that can be killed and started again. */
export class ThrowAwayPostgres {
  private readonly folder = mkdtempSync(join(tmpdir(), 'postgres-'));
  private readonly data = join(this.folder, 'data');
  private readonly passwords = new Map<string, string>();
  private bin = '';
  private port = 0;
  private server: ChildProcess | null = null;

  async prepare(): Promise<void> {
    this.bin = await ensurePostgres(silent);
    this.port = await freePort();
    chmodSync(this.folder, 0o755);
    mkdirSync(this.data);
    chownSync(this.data, NOBODY, NOBODY);
    writeFileSync(join(this.folder, 'password'), this.password(ADMIN), { mode: 0o644 });
    await run(join(this.bin, 'initdb'), ['--pgdata', this.data, '--username', ADMIN, `--pwfile=${join(this.folder, 'password')}`, '--auth=scram-sha-256', '--no-sync', '--encoding=UTF8', '--locale=C'], { uid: NOBODY, gid: NOBODY, cwd: '/' });
    await this.start();
  }

  /** Starts it, and again while the processes of one that was killed still hold its memory. Resolves when it answers. */
  async start(): Promise<void> {
    const as = { uid: NOBODY, gid: NOBODY, cwd: '/', stdio: 'ignore' } as const;
    await waitFor(async () => {
      if (this.server === null || hasEnded(this.server)) this.server = spawn(join(this.bin, 'postgres'), ['-D', this.data, '-p', String(this.port), '-c', 'listen_addresses=127.0.0.1', '-c', 'unix_socket_directories='], as);
      await this.admin('SELECT 1');
      return true;
    }, { what: 'PostgreSQL to answer', deadlineMs: 60_000, intervalMs: 100 });
  }

  /** As a power cut to the server alone: no last words, recovery at the next start. */
  async kill(): Promise<void> {
    const { server } = this;
    if (server === null || hasEnded(server)) return;
    const ended = once(server, 'exit');
    server.kill('SIGKILL');
    await ended;
  }

  /** Every process of the server stands still, or goes on: connections stay, and nobody answers. */
  freeze(still: boolean): void {
    const pid = this.server?.pid ?? 0;
    for (const one of [pid, ...childrenOf(pid)]) process.kill(one, still ? 'SIGSTOP' : 'SIGCONT');
  }

  /** A role that may log in with a password of its own. */
  async role(name: string, options = ''): Promise<void> {
    await this.admin(`CREATE ROLE ${name} LOGIN PASSWORD '${this.password(name)}' ${options}`);
  }

  /** Applies a file of the repository as an administrator would. */
  async apply(file: string): Promise<void> {
    await this.admin(readFileSync(join(repositoryRoot(), file), 'utf8'));
  }

  url(role: string, password = this.password(role)): string {
    return `postgresql://${role}:${password}@127.0.0.1:${this.port}/postgres`;
  }

  /** The file that the configuration names. */
  urlFile(role: string, password?: string): string {
    const file = join(this.folder, `url-${randomBytes(4).toString('hex')}`);
    writeFileSync(file, `${this.url(role, password)}\n`, { mode: 0o600 });
    return file;
  }

  password(role: string): string {
    const known = this.passwords.get(role) ?? randomBytes(16).toString('hex');
    this.passwords.set(role, known);
    return known;
  }

  admin(sql: string): Promise<readonly Record<string, unknown>[]> {
    return this.as(ADMIN, sql);
  }

  /** One statement, or several, over a connection of its own. Throws what the server says. */
  async as(role: string, sql: string): Promise<readonly Record<string, unknown>[]> {
    const client = new Client({ connectionString: this.url(role), connectionTimeoutMillis: 5_000 });
    client.on('error', () => undefined);
    await client.connect();
    try {
      return (await client.query<Record<string, unknown>>(sql)).rows;
    } finally {
      await client.end();
    }
  }

  async end(): Promise<void> {
    if (this.server !== null && !hasEnded(this.server)) {
      const ended = once(this.server, 'exit');
      this.server.kill('SIGINT');
      await ended;
    }
    rmSync(this.folder, { recursive: true, force: true });
  }
}

function hasEnded({ exitCode, signalCode }: ChildProcess): boolean {
  return exitCode !== null || signalCode !== null;
}

function childrenOf(pid: number): readonly number[] {
  return readdirSync(`/proc/${pid}/task`).flatMap((task) => readFileSync(`/proc/${pid}/task/${task}/children`, 'utf8').split(' ').filter((child) => child !== '').map(Number));
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  return typeof address === 'object' && address !== null ? address.port : 0;
}
