import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { ensurePackages } from './debian-packages.js';
import type { Progress } from '../progress.js';

const versions = '/usr/lib/postgresql';

/** The folder of PostgreSQL's programs, newest version first; Debian keeps them off the PATH. Undefined when it is not installed. */
export function findPostgres(): string | undefined {
  if (!existsSync(versions)) return undefined;
  const folders = readdirSync(versions).toSorted((a, b) => Number(b) - Number(a)).map((version) => join(versions, version, 'bin'));
  return folders.find((folder) => existsSync(join(folder, 'initdb')));
}

/** The same, installed where it is missing. Only tests need it. @throws Error that says what to install. */
export async function ensurePostgres(progress: Progress): Promise<string> {
  const found = findPostgres();
  if (found !== undefined) return found;
  await ensurePackages(progress, [{ program: 'initdb', package: 'postgresql' }]);
  const installed = findPostgres();
  if (installed === undefined) throw new Error(`PostgreSQL was installed and its programs are not in ${versions}`);
  return installed;
}
