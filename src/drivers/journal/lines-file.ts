import { mkdir, open, readFile, rm, truncate, type FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';
import { ChangeoverError } from '../../domain/errors.js';
import type { Lines } from '../../domain/record/verify-chain.js';

/** Node's code of a file error, such as `ENOSPC`. */
export function codeOf(error: unknown): string {
  return typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : 'unknown';
}

/** What a file error means to the journal. Throws nothing; the caller does. */
export function notRecorded(path: string, error: unknown): ChangeoverError {
  if (error instanceof ChangeoverError) return error;
  const code = codeOf(error);
  const why: Readonly<Record<string, string>> = {
    ENOSPC: 'the disk is full (ENOSPC)',
    EDQUOT: 'the quota is used up (EDQUOT)',
    EFBIG: 'the file may not become larger (EFBIG)',
    EROFS: 'the file system is read-only (EROFS)',
    EACCES: 'the worker may not write there (EACCES)',
    EPERM: 'the worker may not write there (EPERM)',
    EIO: 'the disk reports an error (EIO)',
  };
  return new ChangeoverError('NotRecorded', `The journal file ${path} cannot be used: ${why[code] ?? code}.`, { cause: error });
}

/** All lines of a file; what stands after the last line break is torn. Null: no such file. */
export async function readLines(path: string): Promise<Lines | null> {
  try {
    return splitLines(await readFile(path, 'utf8'));
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return null;
    throw notRecorded(path, error);
  }
}

function splitLines(text: string): Lines {
  const lines = text.split('\n');
  const rest = lines.pop() ?? '';
  return { lines, torn: rest === '' ? null : rest };
}

/**
 * Adds lines durably: written, fsynced, and the folder too, since a new file is durable only when its folder is.
 * What a crash left unfinished at the end is removed first. A write that fails is taken back as far as possible; what cannot be
 * taken back is torn and removed by the next write. The size of the file before, for `takeBack`.
 */
export async function appendLines(path: string, lines: readonly string[]): Promise<number> {
  const folder = dirname(path);
  try {
    if ((await mkdir(folder, { recursive: true, mode: 0o750 })) !== undefined) await syncFolder(dirname(folder));
    const file = await open(path, 'a+', 0o640);
    let size: number;
    try {
      size = await wholeSize(file);
      await addAt(file, size, Buffer.from(lines.map((line) => `${line}\n`).join('')));
    } finally {
      await file.close();
    }
    await syncFolder(folder);
    return size;
  } catch (error) {
    throw notRecorded(path, error);
  }
}

/** Whether there was no room. Any other failure leaves open what stands on the disk. */
export function isFull(error: unknown): boolean {
  return error instanceof ChangeoverError && ['ENOSPC', 'EDQUOT', 'EFBIG'].includes(codeOf(error.cause));
}

/** The file as it was before lines were added: by its size, or absent. As far as possible; never throws. */
export async function takeBack(path: string, size: number): Promise<void> {
  await (size === 0 ? rm(path, { force: true }) : truncate(path, size)).then(() => syncFolder(dirname(path))).catch(() => undefined);
}

async function addAt(file: FileHandle, size: number, bytes: Buffer): Promise<void> {
  try {
    await file.appendFile(bytes);
    await file.sync();
  } catch (error) {
    await file.truncate(size).then(() => file.sync()).catch(() => undefined);
    throw error;
  }
  const { size: after } = await file.stat();
  if (after !== size + bytes.length) throw new ChangeoverError('Conflict', 'Somebody else writes to the same journal file; one control worker at a time may.');
}

/** The size up to and with the last line break; a torn rest is cut off. */
async function wholeSize(file: FileHandle): Promise<number> {
  const { size } = await file.stat();
  const content = await file.readFile();
  const whole = content.lastIndexOf(0x0a) + 1;
  if (whole === size) return size;
  await file.truncate(whole);
  return whole;
}

export async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
