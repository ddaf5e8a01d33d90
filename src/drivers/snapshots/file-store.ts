import { randomBytes } from 'node:crypto';
import { mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { ChangeoverError } from '../../domain/errors.js';
import type { SnapshotRef } from '../../domain/plan.js';
import { damaged } from './content.js';
import { assertId, tagName, type SnapshotStore } from './store.js';

/** Snapshots as files of one folder, each written beside its place, synced, and renamed into it. */
export function createFileStore(folder: string): SnapshotStore {
  const snapshotPath = (id: string): string => {
    assertId(id);
    return join(folder, `${id}.snapshot`);
  };
  const tagPath = (tag: { unit: string; run: string }): string => join(folder, 'tags', `${tagName(tag)}.json`);

  return {
    read: async (id) => readOrNull(snapshotPath(id)),
    write: async ({ id, bytes }) => writeDurably(snapshotPath(id), bytes),
    async readTag(tag) {
      const bytes = await readOrNull(tagPath(tag));
      return bytes === null ? null : readRef(bytes);
    },
    writeTag: (tag, ref) => writeDurably(tagPath(tag), Buffer.from(JSON.stringify({ ...tag, ref }))),
    removeTag: (tag) => rm(tagPath(tag), { force: true }),
  };
}

function readRef(bytes: Buffer): SnapshotRef {
  try {
    return (JSON.parse(bytes.toString()) as { ref: SnapshotRef }).ref;
  } catch (cause) {
    throw damaged('The tag of the snapshot cannot be read.', { cause });
  }
}

async function readOrNull(path: string): Promise<Buffer | null> {
  try {
    return await readFile(path);
  } catch (error) {
    const code = codeOf(error);
    if (code === 'ENOENT') return null;
    throw new ChangeoverError('Unreachable', `The snapshot file ${path} cannot be read (${code}).`, { cause: error });
  }
}

/** Node's code of a file error, such as `EACCES`. */
function codeOf(error: unknown): string {
  return typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : 'unknown';
}

async function writeDurably(path: string, bytes: Buffer): Promise<void> {
  const beside = `${path}.${randomBytes(6).toString('hex')}.tmp`;
  try {
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    await withFile(beside, 'wx', async (file) => {
      await file.writeFile(bytes);
      await file.sync();
    });
    await rename(beside, path);
    // The rename itself is durable only once the folder is.
    await withFile(dirname(path), 'r', (file) => file.sync());
  } catch (error) {
    await rm(beside, { force: true }).catch(() => undefined);
    throw new ChangeoverError('Unreachable', `The snapshot file ${path} cannot be written (${codeOf(error)}).`, { cause: error });
  }
}

async function withFile(path: string, flags: string, use: (file: Awaited<ReturnType<typeof open>>) => Promise<void>): Promise<void> {
  const file = await open(path, flags, 0o600);
  try {
    await use(file);
  } finally {
    await file.close();
  }
}
