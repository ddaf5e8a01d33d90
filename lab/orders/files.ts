import { open } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}

/**
 * Opens a file for reading and writing and makes it if it is missing.
 * A new file's name is made durable too: without the fsync of the folder a power cut may keep the data
 * and lose the name.
 */
export async function openOrCreate(folder: string, path: string): Promise<FileHandle> {
  try {
    return await open(path, 'r+');
  } catch (error) {
    if (!hasCode(error, 'ENOENT')) throw error;
  }
  const created = await open(path, 'wx+', 0o644);
  await created.sync();
  const directory = await open(folder, 'r');
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
  return created;
}

/** Writes all bytes at one place; a short write is carried on, never taken as done. */
export async function writeAt(handle: FileHandle, bytes: Buffer, position: number): Promise<void> {
  let done = 0;
  while (done < bytes.length) {
    const { bytesWritten } = await handle.write(bytes, done, bytes.length - done, position + done);
    done += bytesWritten;
  }
}
