import { randomBytes } from 'node:crypto';
import { link, mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { dirname } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { ChangeoverError } from '../../domain/errors.js';
import { codeOf, notRecorded } from './lines-file.js';

/** A holder on another host that is older than this is gone: a write takes milliseconds. */
const ABANDONED_MS = 60_000;
const LOOK_AGAIN_MS = 25;

interface Holder {
  readonly pid: number;
  readonly host: string;
  readonly token: string;
}

const queues = new Map<string, Promise<unknown>>();

/**
 * One writer at a time: in this process by a queue, among processes by a file that only one can create. The file of a holder that
 * died is taken over: at once when its process on this host is gone, after a minute when it was on another host.
 * Throws `NotRecorded` when the lock is not had within `deadlineMs`.
 */
export async function withWriterLock<T>(path: string, deadlineMs: number, write: () => Promise<T>): Promise<T> {
  const turn = (queues.get(path) ?? Promise.resolve()).then(() => locked(path, deadlineMs, write));
  const settled = turn.catch(() => undefined);
  queues.set(path, settled);
  return turn;
}

async function locked<T>(path: string, deadlineMs: number, write: () => Promise<T>): Promise<T> {
  const until = Date.now() + deadlineMs;
  const holder: Holder = { pid: process.pid, host: hostname(), token: randomBytes(8).toString('hex') };
  try {
    await mkdir(dirname(path), { recursive: true, mode: 0o750 });
    while (!(await take(path, holder))) {
      if (await dropAbandoned(path)) continue;
      if (Date.now() >= until) throw new ChangeoverError('NotRecorded', `The journal is locked by another writer (${path}); one control worker at a time may write it.`);
      await pause(LOOK_AGAIN_MS);
    }
  } catch (error) {
    throw notRecorded(path, error);
  }
  try {
    return await write();
  } finally {
    if ((await holderOf(path))?.token === holder.token) await rm(path, { force: true });
  }
}

/** The lock appears with its content, so that nobody reads an empty one. */
async function take(path: string, holder: Holder): Promise<boolean> {
  const mine = `${path}.${holder.token}`;
  try {
    await writeFile(mine, JSON.stringify(holder), { mode: 0o640 });
    await link(mine, path);
    return true;
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    throw error;
  } finally {
    await rm(mine, { force: true });
  }
}

async function dropAbandoned(path: string): Promise<boolean> {
  const holder = await holderOf(path);
  if (holder !== null && !(await isAbandoned(path, holder))) return false;
  const aside = `${path}.${randomBytes(8).toString('hex')}`;
  try {
    await rename(path, aside);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return true;
    throw error;
  }
  // Between the look and the rename another writer may have taken over: then its lock goes back.
  const moved = await holderOf(aside);
  if (moved !== null && holder !== null && moved.token !== holder.token) await link(aside, path).catch(() => undefined);
  await rm(aside, { force: true });
  return true;
}

async function isAbandoned(path: string, { pid, host }: Holder): Promise<boolean> {
  if (host === hostname()) return !isAlive(pid);
  const found = await stat(path).catch(() => null);
  return found === null || Date.now() - found.mtimeMs > ABANDONED_MS;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return codeOf(error) === 'EPERM';
  }
}

async function holderOf(path: string): Promise<Holder | null> {
  try {
    return JSON.parse(await readFile(path, 'utf8')) as Holder;
  } catch {
    return null;
  }
}
