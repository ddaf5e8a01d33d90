import { linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { identityOf, isAlive, type ProcessIdentity } from './identity.js';
import { waitFor } from './wait.js';
import type { Progress } from '../progress.js';

export interface LockOptions {
  readonly path: string;
  /** What the holder does, in words: `the build`. */
  readonly what: string;
  readonly progress: Progress;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Runs the work while this process holds the lock file, so that two commands do not do the same at once.
 * A lock whose holder is no longer alive is taken over.
 */
export async function withLock<T>(options: LockOptions, work: () => Promise<T>): Promise<T> {
  const { path, what, progress, signal } = options;
  mkdirSync(dirname(path), { recursive: true });
  let told = false;
  await waitFor(async () => {
    if (take(path)) return true;
    const holder = holderOf(path);
    if (holder === undefined || !isAlive(holder)) {
      rmSync(path, { force: true });
      return take(path);
    }
    if (!told) progress(`waiting for ${what} of process ${holder.pid} to end`);
    told = true;
    return false;
  }, { what: `the end of ${what} (${path})`, deadlineMs: 30 * 60_000, intervalMs: 250, signal });
  try {
    return await work();
  } finally {
    rmSync(path, { force: true });
  }
}

function take(path: string): boolean {
  const own = `${path}.${process.pid}`;
  try {
    // Written first, then linked: a lock that exists always says whose it is.
    writeFileSync(own, JSON.stringify(identityOf(process.pid)));
    linkSync(own, path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  } finally {
    rmSync(own, { force: true });
  }
}

function holderOf(path: string): ProcessIdentity | undefined {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as ProcessIdentity;
  } catch {
    return undefined;
  }
}
