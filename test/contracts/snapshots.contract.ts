import type { SnapshotRef } from '../../src/domain/plan.js';
import type { Capture } from '../../src/ports/objects.js';
import type { Snapshots } from '../../src/ports/snapshots.js';
import { expectCode } from './expect-code.js';

export interface SnapshotsWorld {
  readonly source: { readonly site: string; readonly snapshots: Snapshots };
  readonly target: { readonly site: string; readonly snapshots: Snapshots };
  /** Something happens to the stored bytes. */
  damage(site: 'source' | 'target', ref: SnapshotRef): Promise<void>;
  close?(): Promise<void>;
}

const capture: Capture = {
  namespace: 'orders',
  objects: [
    { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'token', namespace: 'orders' }, data: { token: 'czNjcjN0' } },
    { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'config', namespace: 'orders' }, data: { a: '1', b: '2' } },
  ],
  references: ['StorageClass/infoscale'],
};

/** Sealed, content-addressed, per site. */
export function snapshotsContract(name: string, makeWorld: () => Promise<SnapshotsWorld>): void {
  describe(`snapshots on ${name}`, () => {
    let world: SnapshotsWorld;
    const write = (content = capture) => world.source.snapshots.write('orders', content, [world.source.site, world.target.site]);

    beforeEach(async () => {
      world = await makeWorld();
    });
    afterEach(async () => world.close?.());

    test('reads back what was written', async () => {
      const ref = await write();
      expect(ref.objects).toBe(2);
      expect(await world.source.snapshots.read(ref)).toEqual(capture);
    });

    test('gives equal content an equal digest, in whatever order it comes', async () => {
      const again: Capture = { ...capture, objects: capture.objects.toReversed() };
      expect((await write(again)).digest).toBe((await write()).digest);
    });

    test('says beforehand what digest it would give, in whatever order the content comes', async () => {
      const again: Capture = { ...capture, objects: capture.objects.toReversed() };
      expect(world.source.snapshots.digestOf(again)).toBe((await write()).digest);
      expect(world.source.snapshots.digestOf({ ...capture, objects: [] })).not.toBe((await write()).digest);
    });

    test('gives other content another digest', async () => {
      const other: Capture = { ...capture, objects: capture.objects.slice(0, 1) };
      expect((await write(other)).digest).not.toBe((await write()).digest);
    });

    test('is not at the target before it is copied', async () => {
      await expect(world.target.snapshots.read(await write())).rejects.toMatchObject({ name: 'ChangeoverError' });
    });

    test('is opened by the target from its own store after the copy, and a second copy is as good as one', async () => {
      const ref = await write();
      for (const _ of [1, 2]) await world.source.snapshots.copyTo(ref, world.target.site);
      expect(await world.target.snapshots.read(ref)).toEqual(capture);
    });

    test('cannot be opened by a site it was not sealed for', async () => {
      const ref = await world.source.snapshots.write('orders', capture, [world.source.site]);
      await world.source.snapshots.copyTo(ref, world.target.site);
      await expectCode(world.target.snapshots.read(ref), 'SnapshotDamaged');
    });

    test('says that it is damaged instead of giving back something else', async () => {
      const ref = await write();
      await world.source.snapshots.copyTo(ref, world.target.site);
      await world.damage('target', ref);
      await expectCode(world.target.snapshots.read(ref), 'SnapshotDamaged');
      expect(await world.source.snapshots.read(ref)).toEqual(capture);
    });

    test('is mended by writing it again', async () => {
      const ref = await write();
      await world.damage('source', ref);
      const again = await write();
      expect(again.digest).toBe(ref.digest);
      expect(await world.source.snapshots.read(again)).toEqual(capture);
    });

    test('reads what is tagged for a run, and nothing where nothing is', async () => {
      const ref = await write();
      expect(await world.source.snapshots.readTagged('orders', 'run-1')).toBeNull();
      await world.source.snapshots.tag('orders', 'run-1', ref);
      expect(await world.source.snapshots.readTagged('orders', 'run-1')).toEqual(capture);
      await world.source.snapshots.untag('orders', 'run-1');
      expect(await world.source.snapshots.readTagged('orders', 'run-1')).toBeNull();
    });

    test('moves a tag and takes it away, twice as well as once', async () => {
      const ref = await write();
      for (const _ of [1, 2]) await world.source.snapshots.tag('orders', 'run-1', ref);
      for (const _ of [1, 2]) await world.source.snapshots.untag('orders', 'run-1');
      expect(await world.source.snapshots.read(ref)).toEqual(capture);
    });
  });
}
