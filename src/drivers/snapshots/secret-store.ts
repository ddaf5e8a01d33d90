import { mark, PREFIX, SYSTEM_NAMESPACE } from '../../domain/names.js';
import type { SnapshotRef } from '../../domain/plan.js';
import type { RawObject } from '../../ports/objects.js';
import { pathOf, type Kube } from '../kubernetes/kube.js';
import { damaged } from './content.js';
import { assertId, sha256, tagName, type SnapshotStore, type StoredSnapshot } from './store.js';

/** Largest part, bytes: a Secret may hold 1 MiB, and its base64 must still fit into one etcd request. */
const CHUNK_BYTES = 700 * 1024;

const SNAPSHOT_TYPE = `${PREFIX}/snapshot`;
const TAG_TYPE = `${PREFIX}/snapshot-tag`;
const label = { unit: `${PREFIX}/unit`, digest: `${PREFIX}/digest` } as const;
const annotation = { chunks: `${PREFIX}/chunks`, sha256: `${PREFIX}/sha256` } as const;

/** Snapshots as Secrets in our namespace of the site's own cluster, in immutable parts. */
export function createSecretStore(kube: Kube): SnapshotStore {
  const path = (name?: string): string => pathOf({ group: '', version: 'v1', plural: 'secrets' }, SYSTEM_NAMESPACE, name);
  const chunkName = (id: string, index: number): string => `snapshot-${id}-${index}`;

  async function read(id: string): Promise<Buffer | null> {
    assertId(id);
    const first = await kube.get(path(chunkName(id, 0)));
    if (first === null) return null;
    const { chunks, sha256: expected } = headOf(first);
    const others = await Promise.all(Array.from({ length: chunks - 1 }, (_, index) => kube.get(path(chunkName(id, index + 1)))));
    const parts = [first, ...others].map((secret) => (secret === null ? null : dataOf(secret, 'chunk')));
    const missing = parts.findIndex((part) => part === null);
    if (missing >= 0) throw damaged(`Part ${missing} of snapshot ${id} is missing on ${kube.site}.`);
    const bytes = Buffer.concat(parts.filter((part) => part !== null));
    if (sha256(bytes) !== expected) throw damaged(`The parts of snapshot ${id} on ${kube.site} do not fit together.`);
    return bytes;
  }

  async function write({ id, unit, digest, bytes }: StoredSnapshot): Promise<void> {
    assertId(id);
    const chunks = Math.max(1, Math.ceil(bytes.length / CHUNK_BYTES));
    // The first part says what belongs together: it goes first and comes back last.
    const old = await kube.get(path(chunkName(id, 0)));
    if (old !== null) await remove(old);
    const oldChunks = old === null ? 0 : headOf(old).chunks;
    await Promise.all(Array.from({ length: Math.max(chunks, oldChunks) - 1 }, (_, index) => writeChunk(index + 1)));
    await writeChunk(0);

    async function writeChunk(index: number): Promise<void> {
      const name = chunkName(id, index);
      const standing = index === 0 ? null : await kube.get(path(name));
      if (standing !== null) await remove(standing);
      if (index >= chunks) return;
      const data = bytes.subarray(index * CHUNK_BYTES, (index + 1) * CHUNK_BYTES);
      await kube.create(path(), {
        apiVersion: 'v1', kind: 'Secret', type: SNAPSHOT_TYPE, immutable: true,
        metadata: { name, namespace: SYSTEM_NAMESPACE, labels: labels(unit, digest), annotations: { [annotation.chunks]: String(chunks), [annotation.sha256]: sha256(bytes) } },
        data: { chunk: data.toString('base64') },
      });
    }
  }

  async function remove(secret: RawObject): Promise<void> {
    const uid = secret.metadata['uid'];
    await kube.remove(path(secret.metadata.name), typeof uid === 'string' ? { uid } : {});
  }

  return {
    read,
    write,
    async readTag(tag) {
      const secret = await kube.get(path(tagName(tag)));
      return secret === null ? null : refOf(secret);
    },
    async writeTag(tag, ref) {
      const standing = await kube.get(path(tagName(tag)));
      const body = {
        apiVersion: 'v1', kind: 'Secret', type: TAG_TYPE,
        metadata: { name: tagName(tag), namespace: SYSTEM_NAMESPACE, labels: labels(tag.unit, ref.digest), annotations: { [mark.run]: tag.run } },
        data: { ref: Buffer.from(JSON.stringify(ref)).toString('base64') },
      };
      if (standing === null) await kube.create(path(), body);
      else await kube.replace(path(tagName(tag)), { ...body, metadata: { ...body.metadata, resourceVersion: standing.metadata['resourceVersion'] } });
    },
    removeTag: (tag) => kube.remove(path(tagName(tag))),
  };
}

/** Label values hold 63 characters at most, a digest has 64: its beginning is enough to find it. */
function labels(unit: string, digest: string): Record<string, string> {
  return { [mark.exclude]: 'true', [label.unit]: unit.slice(0, 63), [label.digest]: digest.slice(0, 32) };
}

function headOf(secret: RawObject): { readonly chunks: number; readonly sha256: string } {
  const chunks = Number(secret.metadata.annotations?.[annotation.chunks]);
  const digest = secret.metadata.annotations?.[annotation.sha256];
  if (!Number.isInteger(chunks) || chunks < 1 || digest === undefined) throw damaged(`Secret ${secret.metadata.name} does not say what parts belong to it.`);
  return { chunks, sha256: digest };
}

function dataOf(secret: RawObject, key: string): Buffer | null {
  const { data } = secret as { data?: Record<string, unknown> };
  const value = data?.[key];
  return typeof value === 'string' ? Buffer.from(value, 'base64') : null;
}

function refOf(secret: RawObject): SnapshotRef {
  try {
    return JSON.parse(dataOf(secret, 'ref')?.toString() ?? '') as SnapshotRef;
  } catch (cause) {
    throw damaged(`The tag ${secret.metadata.name} cannot be read.`, { cause });
  }
}
