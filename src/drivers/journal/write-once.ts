import { randomBytes } from 'node:crypto';
import { link, mkdir, open, readFile, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { ChangeoverError } from '../../domain/errors.js';
import { codeOf, notRecorded, syncFolder } from './lines-file.js';

/** Null: absent. */
export async function readBytes(path: string): Promise<Buffer | null> {
  try {
    return await readFile(path);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return null;
    throw notRecorded(path, error);
  }
}

/** Writes a file that appears whole or not at all, and never over another one. The same bytes again are fine. */
export async function writeOnce(path: string, bytes: Uint8Array): Promise<void> {
  const known = await readBytes(path);
  if (known !== null) return assertSame(path, known, bytes);
  const beside = `${path}.${randomBytes(6).toString('hex')}.tmp`;
  try {
    await mkdir(dirname(path), { recursive: true, mode: 0o750 });
    const file = await open(beside, 'wx', 0o640);
    try {
      await file.writeFile(bytes);
      await file.sync();
    } finally {
      await file.close();
    }
    await link(beside, path);
    await syncFolder(dirname(path));
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return assertSame(path, (await readBytes(path)) ?? Buffer.alloc(0), bytes);
    throw notRecorded(path, error);
  } finally {
    await rm(beside, { force: true });
  }
}

function assertSame(path: string, known: Buffer, bytes: Uint8Array): void {
  if (!known.equals(bytes)) throw new ChangeoverError('Invalid', `${path} stands beside the record with another content.`);
}
