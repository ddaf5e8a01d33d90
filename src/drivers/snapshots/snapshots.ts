import { createHash, type KeyObject } from 'node:crypto';
import { ChangeoverError } from '../../domain/errors.js';
import type { SnapshotRef } from '../../domain/plan.js';
import type { Capture } from '../../ports/objects.js';
import type { Snapshots } from '../../ports/snapshots.js';
import { contentOf, damaged, decodeContent, digestOf, encodeContent } from './content.js';
import { decodeEnvelope } from './envelope.js';
import { rawPublicKey, readPrivateKey, readPublicKey } from './keys.js';
import { open, seal, type Recipient } from './seal.js';
import type { SnapshotStore } from './store.js';

export interface SnapshotSettings {
  readonly site: string;
  readonly store: SnapshotStore;
  /** PKCS #8 in PEM. */
  readonly privateKey: string;
  /** site → SPKI in PEM. */
  readonly publicKeys: Readonly<Record<string, string>>;
  /** site → its store, for copies. */
  readonly peers: Readonly<Record<string, SnapshotStore>>;
}

/** Sealed snapshots of one site. Throws `Invalid` when the keys cannot be used or do not belong together. */
export function createSnapshots({ site, store, privateKey, publicKeys, peers }: SnapshotSettings): Snapshots {
  const own = { site, privateKey: readPrivateKey(privateKey, site) };
  const known = new Map(Object.entries(publicKeys).map(([id, text]) => [id, readPublicKey(text, id)]));
  const ownPublic = known.get(site);
  if (ownPublic !== undefined && !rawPublicKey(ownPublic).equals(rawPublicKey(own.privateKey))) {
    throw new ChangeoverError('Invalid', `The private and the public snapshot key of ${site} do not belong together.`);
  }

  async function stored(id: string): Promise<Buffer> {
    const bytes = await store.read(id);
    if (bytes === null) throw new ChangeoverError('NotFound', `${site} does not have snapshot ${id}.`);
    return bytes;
  }

  /** What stands under the id, if it opens here and is exactly this content; a damaged one is as good as none. */
  async function reusable(id: string, digest: string): Promise<Buffer | null> {
    try {
      const bytes = await store.read(id);
      if (bytes === null) return null;
      decodeContent(open(bytes, own).plain, digest);
      return bytes;
    } catch (error) {
      if (error instanceof ChangeoverError && error.code === 'SnapshotDamaged') return null;
      throw error;
    }
  }

  async function write(unit: string, capture: Capture, recipients: readonly string[]): Promise<SnapshotRef> {
    const content = contentOf(capture);
    const digest = digestOf(content.manifest);
    const keys = recipientsOf(recipients, known);
    const id = idOf(unit, digest, keys);
    const standing = await reusable(id, digest);
    if (standing !== null) return refOf(id, standing);
    const bytes = seal(encodeContent(content), { version: 1, codec: 'brotli', unit, digest, objects: content.objects.length, at: new Date().toISOString() }, keys);
    await store.write({ id, unit, digest, bytes });
    const back = await stored(id);
    if (!back.equals(bytes)) throw damaged(`Snapshot ${id} reads back differently on ${site}.`);
    if (keys.some((recipient) => recipient.site === site)) decodeContent(open(back, own).plain, digest);
    return refOf(id, back);
  }

  async function read(ref: SnapshotRef): Promise<Capture> {
    const { plain, facts } = open(await stored(ref.id), own);
    if (facts.digest !== ref.digest) throw damaged(`Snapshot ${ref.id} on ${site} has the digest ${facts.digest}, not ${ref.digest}.`);
    return decodeContent(plain, ref.digest);
  }

  return {
    digestOf: (capture) => digestOf(contentOf(capture).manifest),
    write,

    read,

    async copyTo(ref, to) {
      const peer = peers[to];
      if (peer === undefined) throw new ChangeoverError('NotFound', `No snapshot store is known for ${to}.`);
      const bytes = await stored(ref.id);
      const { facts: { digest, unit }, recipients } = decodeEnvelope(bytes).header;
      if (digest !== ref.digest) throw damaged(`Snapshot ${ref.id} on ${site} has the digest ${digest}, not ${ref.digest}.`);
      // Where we can open it we do: a copy of damaged bytes would only be found out at the other site.
      if (recipients.some((recipient) => recipient.site === site)) decodeContent(open(bytes, own).plain, digest);
      if (await holds(peer, ref.id, bytes)) return;
      await peer.write({ id: ref.id, unit, digest, bytes });
      if (!(await holds(peer, ref.id, bytes))) throw damaged(`Snapshot ${ref.id} reads back differently on ${to}.`);
    },

    async tag(unit, run, ref) {
      const standing = await store.readTag({ unit, run }).catch(absentIfDamaged);
      if (standing?.id !== ref.id || standing.digest !== ref.digest) await store.writeTag({ unit, run }, ref);
    },

    async readTagged(unit, run) {
      const ref = await store.readTag({ unit, run });
      return ref === null ? null : read(ref);
    },

    untag: (unit, run) => store.removeTag({ unit, run }),
  };
}

async function holds(store: SnapshotStore, id: string, bytes: Buffer): Promise<boolean> {
  const found = await store.read(id).catch(absentIfDamaged);
  return found?.equals(bytes) ?? false;
}

function absentIfDamaged(error: unknown): null {
  if (error instanceof ChangeoverError && error.code === 'SnapshotDamaged') return null;
  throw error;
}

function recipientsOf(sites: readonly string[], known: ReadonlyMap<string, KeyObject>): readonly Recipient[] {
  const unknown = sites.filter((site) => !known.has(site));
  if (sites.length === 0 || unknown.length > 0) {
    throw new ChangeoverError('Invalid', sites.length === 0 ? 'A snapshot needs at least one recipient.' : `No public snapshot key is known for ${unknown.join(', ')}.`);
  }
  return [...new Set(sites)].toSorted().flatMap((site) => {
    const publicKey = known.get(site);
    return publicKey === undefined ? [] : [{ site, publicKey }];
  });
}

/** The same content for the same keys has the same id; other recipients, or a new key, get another. */
function idOf(unit: string, digest: string, recipients: readonly Recipient[]): string {
  const audience = createHash('sha256');
  for (const { site, publicKey } of recipients) audience.update(`${site}\n`).update(rawPublicKey(publicKey));
  return `${unit.slice(0, 100)}-${digest.slice(0, 16)}-${audience.digest('hex').slice(0, 8)}`;
}

function refOf(id: string, bytes: Buffer): SnapshotRef {
  const { facts } = decodeEnvelope(bytes).header;
  return { id, digest: facts.digest, objects: facts.objects, bytes: bytes.length, at: facts.at };
}
