import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathOf } from '../../../src/drivers/kubernetes/kube.js';
import { createFileStore, createSecretStore, createSnapshots, generateSiteKey, type SnapshotStore } from '../../../src/drivers/snapshots/index.js';
import { contentOf, decodeContent, digestOf, encodeContent } from '../../../src/drivers/snapshots/content.js';
import { readPrivateKey, readPublicKey } from '../../../src/drivers/snapshots/keys.js';
import { open, seal } from '../../../src/drivers/snapshots/seal.js';
import { SYSTEM_NAMESPACE } from '../../../src/domain/names.js';
import type { SnapshotRef } from '../../../src/domain/plan.js';
import type { Capture } from '../../../src/ports/objects.js';
import type { Snapshots } from '../../../src/ports/snapshots.js';
import { snapshotsContract } from '../../contracts/snapshots.contract.js';
import { FakeKube } from '../../harness/fake-kube.js';

const PLANTED = 'correct horse battery staple';
const keys = { east: generateSiteKey(), west: generateSiteKey() };
const publicKeys = { east: keys.east.publicPem, west: keys.west.publicPem };
const secrets = pathOf({ group: '', version: 'v1', plural: 'secrets' }, SYSTEM_NAMESPACE);

const capture: Capture = {
  namespace: 'orders',
  objects: [
    { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'token', namespace: 'orders' }, stringData: { password: PLANTED } },
    { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'orders', namespace: 'orders' }, spec: { replicas: 2 } },
  ],
  references: ['StorageClass/infoscale'],
};

function sitesOn(stores: Readonly<Record<'east' | 'west', SnapshotStore>>): Readonly<Record<'east' | 'west', Snapshots>> {
  const at = (site: 'east' | 'west'): Snapshots => createSnapshots({ site, store: stores[site], privateKey: keys[site].privatePem, publicKeys, peers: stores });
  return { east: at('east'), west: at('west') };
}

async function filesWorld() {
  const folder = await mkdtemp(join(tmpdir(), 'changeover-snapshots-'));
  const stores = { east: createFileStore(join(folder, 'east')), west: createFileStore(join(folder, 'west')) };
  const { east, west } = sitesOn(stores);
  return {
    folder, stores,
    source: { site: 'east', snapshots: east },
    target: { site: 'west', snapshots: west },
    damage: async (side: 'source' | 'target', ref: SnapshotRef) => {
      const path = join(folder, side === 'source' ? 'east' : 'west', `${ref.id}.snapshot`);
      const bytes = await readFile(path);
      bytes[bytes.length - 20] = (bytes.at(-20) ?? 0) ^ 1;
      await writeFile(path, bytes);
    },
    close: () => rm(folder, { recursive: true }),
  };
}

function secretsWorld() {
  const kubes = { east: new FakeKube('east'), west: new FakeKube('west') };
  const stores = { east: createSecretStore(kubes.east), west: createSecretStore(kubes.west) };
  const { east, west } = sitesOn(stores);
  return {
    kubes, stores,
    source: { site: 'east', snapshots: east },
    target: { site: 'west', snapshots: west },
    damage: async (side: 'source' | 'target', ref: SnapshotRef) => {
      const kube = kubes[side === 'source' ? 'east' : 'west'];
      const secret = await kube.get(`${secrets}/snapshot-${ref.id}-0`);
      if (secret === null) throw new Error('the snapshot is not there');
      const bytes = Buffer.from((secret['data'] as { chunk: string }).chunk, 'base64');
      bytes[bytes.length - 20] = (bytes.at(-20) ?? 0) ^ 1;
      kube.put({ ...secret, data: { chunk: bytes.toString('base64') } });
    },
  };
}

snapshotsContract('files', filesWorld);
snapshotsContract('Secrets', async () => secretsWorld());

/** Too random to shrink, so that it takes several Secrets. */
function aLargeCapture(): Capture {
  const noise = Array.from({ length: 40 }, (_, index) => index);
  return { ...capture, objects: noise.map((index) => ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: `c${index}`, namespace: 'orders' }, data: { noise: Array.from({ length: 3_000 }, () => Math.random().toString(36)).join('') } })) };
}

describe('snapshots in Secrets', () => {
  test('a large one is kept in several immutable parts, and each missing or exchanged part is noticed', async () => {
    const world = secretsWorld();
    const ref = await world.source.snapshots.write('orders', aLargeCapture(), ['east', 'west']);
    const parts = (await world.kubes.east.list(secrets)).toSorted((a, b) => a.metadata.name.localeCompare(b.metadata.name));
    expect(parts.length).toBeGreaterThan(1);
    for (const part of parts) {
      expect(part).toMatchObject({ immutable: true, type: 'changeover.io/snapshot', metadata: { labels: { 'changeover.io/unit': 'orders', 'changeover.io/exclude': 'true' } } });
      expect(Buffer.from((part['data'] as { chunk: string }).chunk, 'base64').length).toBeLessThanOrEqual(700 * 1024);
    }
    expect((await world.source.snapshots.read(ref)).objects).toHaveLength(40);
    const last = parts.at(-1);
    if (last === undefined) throw new Error('there are parts');
    world.kubes.east.drop(`${secrets}/${last.metadata.name}`);
    await expect(world.source.snapshots.read(ref)).rejects.toMatchObject({ code: 'SnapshotDamaged', message: expect.stringContaining('missing') });
    world.kubes.east.put({ ...last, data: (parts[0] ?? last)['data'] });
    await expect(world.source.snapshots.read(ref)).rejects.toMatchObject({ code: 'SnapshotDamaged', message: expect.stringContaining('do not fit together') });
  });

  test('a write that dies on the way leaves nothing that could be read, and the next one completes it', async () => {
    const world = secretsWorld();
    const large = aLargeCapture();
    world.kubes.east.deny = (_, body) => {
      if (body.metadata.name.endsWith('-0')) throw new Error('killed');
    };
    await expect(world.source.snapshots.write('orders', large, ['east'])).rejects.toThrow('killed');
    world.kubes.east.deny = () => undefined;
    const ref = await world.source.snapshots.write('orders', large, ['east']);
    expect((await world.source.snapshots.read(ref)).objects).toHaveLength(40);
  });

  test('the newest tag of a run wins, and an equal one writes nothing', async () => {
    const world = secretsWorld();
    const first = await world.source.snapshots.write('orders', capture, ['east']);
    const second = await world.source.snapshots.write('orders', { ...capture, references: [] }, ['east']);
    await world.source.snapshots.tag('orders', 'run-1', first);
    await world.source.snapshots.tag('orders', 'run-1', second);
    expect(await world.stores.east.readTag({ unit: 'orders', run: 'run-1' })).toEqual(second);
    const calls = world.kubes.east.calls.length;
    await world.source.snapshots.tag('orders', 'run-1', second);
    expect(world.kubes.east.calls).toHaveLength(calls);
  });
});

describe('snapshots in files', () => {
  test('tags are kept, and no half-written file stays', async () => {
    const world = await filesWorld();
    const ref = await world.source.snapshots.write('orders', capture, ['east']);
    await world.source.snapshots.tag('orders', 'run/1', ref);
    expect(await world.stores.east.readTag({ unit: 'orders', run: 'run/1' })).toEqual(ref);
    expect(await readdir(join(world.folder, 'east'))).toEqual([`${ref.id}.snapshot`, 'tags']);
    await world.close();
  });

  test('an id that would leave the folder is refused', async () => {
    const world = await filesWorld();
    await expect(world.stores.east.read('../../etc/passwd')).rejects.toMatchObject({ code: 'Invalid' });
    await world.close();
  });
});

describe('sealing', () => {
  test('nothing of a planted secret is in the stored bytes, nor in an error about them', async () => {
    const world = secretsWorld();
    const ref = await world.source.snapshots.write('orders', capture, ['east', 'west']);
    const bytes = await world.stores.east.read(ref.id);
    for (const text of [PLANTED, Buffer.from(PLANTED).toString('base64'), 'password', 'Deployment']) expect(bytes?.includes(text)).toBe(false);
    const facts = { version: 1, codec: 'brotli', unit: 'orders', digest: 'd', objects: 1, at: '' } as const;
    const broken = seal(Buffer.from(`{"manifest": ${PLANTED}`), facts, [{ site: 'east', publicKey: readPublicKey(keys.east.publicPem, 'east') }]);
    const { plain } = open(broken, { site: 'east', privateKey: readPrivateKey(keys.east.privatePem, 'east') });
    expect(() => decodeContent(plain, 'd')).toThrow('not a manifest with objects');
  });

  test('every turned byte of the stored bytes is noticed', async () => {
    const world = secretsWorld();
    const ref = await world.source.snapshots.write('orders', capture, ['east', 'west']);
    const bytes = (await world.stores.east.read(ref.id)) ?? Buffer.alloc(0);
    const opener = { site: 'east', privateKey: readPrivateKey(keys.east.privatePem, 'east') };
    const unnoticed = Array.from(bytes.keys()).filter((at) => {
      const turned = Buffer.from(bytes);
      turned[at] = (turned[at] ?? 0) ^ 1;
      try {
        return digestOf(contentOf(decodeContent(open(turned, opener).plain, ref.digest)).manifest) !== ref.digest;
      } catch (error) {
        return !(error instanceof Error && 'code' in error && error.code === 'SnapshotDamaged');
      }
    });
    expect(unnoticed).toEqual([]);
  });

  test('an object that is not what the manifest says is named', () => {
    const content = contentOf(capture);
    const changed = { ...content, objects: content.objects.map((object) => (object.kind === 'Secret' ? { ...object, stringData: { password: 'other' } } : object)) };
    expect(() => decodeContent(encodeContent(changed), digestOf(content.manifest))).toThrow('Secret orders/token is not what the manifest says.');
    expect(() => decodeContent(encodeContent({ ...content, objects: content.objects.slice(1) }), digestOf(content.manifest))).toThrow('It holds 1 objects');
    expect(() => decodeContent(encodeContent(content), 'other')).toThrow('not other');
  });

  test('another pair of keys opens nothing, and a pair that does not belong together is refused at once', async () => {
    const world = secretsWorld();
    const ref = await world.source.snapshots.write('orders', capture, ['east']);
    const thief = generateSiteKey();
    const store = world.stores.east;
    const other = createSnapshots({ site: 'east', store, privateKey: thief.privatePem, publicKeys: { east: thief.publicPem }, peers: {} });
    await expect(other.read(ref)).rejects.toMatchObject({ code: 'SnapshotDamaged', message: expect.stringContaining('cannot be opened with the key of east') });
    expect(() => createSnapshots({ site: 'east', store, privateKey: thief.privatePem, publicKeys, peers: {} })).toThrow('do not belong together');
    expect(() => createSnapshots({ site: 'east', store, privateKey: 'x', publicKeys, peers: {} })).toThrow('cannot be read');
    expect(() => createSnapshots({ site: 'east', store, privateKey: keys.east.privatePem, publicKeys: { east: keys.east.privatePem }, peers: {} })).toThrow('is a private key');
  });

  test('an unknown recipient, a foreign digest and an absent snapshot are refused', async () => {
    const { source } = secretsWorld();
    await expect(source.snapshots.write('orders', capture, ['north'])).rejects.toMatchObject({ code: 'Invalid' });
    const ref = await source.snapshots.write('orders', capture, ['east']);
    await expect(source.snapshots.read({ ...ref, digest: 'other' })).rejects.toMatchObject({ code: 'SnapshotDamaged' });
    await expect(source.snapshots.read({ ...ref, id: 'nothing' })).rejects.toMatchObject({ code: 'NotFound' });
    await expect(source.snapshots.copyTo(ref, 'north')).rejects.toMatchObject({ code: 'NotFound' });
  });

  test('the same content for the same recipients is the same snapshot; for others it is another one', async () => {
    const { source, kubes } = secretsWorld();
    const first = await source.snapshots.write('orders', capture, ['east', 'west']);
    const calls = kubes.east.calls.length;
    expect(await source.snapshots.write('orders', capture, ['west', 'east'])).toEqual(first);
    expect(kubes.east.calls).toHaveLength(calls);
    const other = await source.snapshots.write('orders', capture, ['east']);
    expect(other.digest).toBe(first.digest);
    expect(other.id).not.toBe(first.id);
  });
});
