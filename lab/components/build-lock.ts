import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { identityOf, isAlive, type ProcessIdentity } from '../process/identity.js';
import { waitFor } from '../process/wait.js';
import type { Progress } from '../progress.js';

/**
 * Runs the work while this process holds the lock file. Two first runs at once would otherwise compile
 * Kubernetes twice. A lock whose holder is no longer alive is taken over.
 */
export async function withBuildLock<T>(path: string, progress: Progress, work: () => Promise<T>): Promise<T> {
  mkdirSync(dirname(path), { recursive: true });
  let told = false;
  await waitFor(async () => {
    if (take(path)) return true;
    const holder = holderOf(path);
    if (holder === undefined || !isAlive(holder)) {
      rmSync(path, { force: true });
      return take(path);
    }
    if (!told) progress(`waiting for the build of process ${holder.pid} to end`);
    told = true;
    return false;
  }, { what: `the lock ${path}`, deadlineMs: 30 * 60_000, intervalMs: 250 });
  try {
    return await work();
  } finally {
    rmSync(path, { force: true });
  }
}

function take(path: string): boolean {
  try {
    writeFileSync(path, JSON.stringify(identityOf(process.pid)), { flag: 'wx' });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

function holderOf(path: string): ProcessIdentity | undefined {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as ProcessIdentity;
  } catch {
    return undefined;
  }
}
