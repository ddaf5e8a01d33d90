import { claimed } from '../../src/domain/ownership.js';
import type { OwnershipRecord } from '../../src/domain/ownership.js';
import type { Plan } from '../../src/domain/plan.js';
import { createWorld } from '../../src/drivers/memory/world.js';
import type { Ownership } from '../../src/ports/ownership.js';
import { aPlan } from '../harness/builders.js';

export interface OwnershipWorld {
  readonly ownership: Ownership;
  /** A unit that nobody else uses. */
  unit(): string;
  /** Puts something that is no record in a record's place; absent where a driver cannot hold such a thing. */
  readonly corrupt?: (unit: string) => Promise<void>;
}

/** What every driver of the ownership port keeps: the record is the lock, so each change is a compare-and-swap. */
export function ownershipContract(name: string, makeWorld: () => Promise<OwnershipWorld>): void {
  describe(`the ownership record (${name})`, () => {
    let world: OwnershipWorld;
    beforeAll(async () => {
      world = await makeWorld();
    });

    const fresh = (unit: string): OwnershipRecord => ({ unit, epoch: 4, writer: 'east', run: null, procedure: null, phase: 'free', turns: {}, clusterUid: 'uid-of-east' });
    const claim = (run: string) => (record: OwnershipRecord) => {
      if (record.run !== null) throw new Error(`held by ${record.run}`);
      return claimed(record, { run, procedure: 'planned-migration', writer: 'east' });
    };

    test('is null before adoption and reads back as it was written', async () => {
      const unit = world.unit();
      expect(await world.ownership.read(unit)).toBeNull();
      await world.ownership.create(fresh(unit));
      expect(await world.ownership.read(unit)).toEqual(fresh(unit));
    });

    test('is created once only', async () => {
      const unit = world.unit();
      await world.ownership.create(fresh(unit));
      await expect(world.ownership.create({ ...fresh(unit), writer: 'west' })).rejects.toMatchObject({ code: 'Conflict' });
      expect((await world.ownership.read(unit))?.writer).toBe('east');
    });

    test('cannot be changed where it was never made', async () => {
      await expect(world.ownership.update(world.unit(), (record) => record)).rejects.toMatchObject({ code: 'NotFound' });
    });

    test('goes to exactly one of many runs that claim it at once', async () => {
      const unit = world.unit();
      await world.ownership.create(fresh(unit));
      const outcomes = await Promise.allSettled(Array.from({ length: 8 }, (_, n) => world.ownership.update(unit, claim(`run-${n}`))));
      expect(outcomes.filter((outcome) => outcome.status === 'fulfilled')).toHaveLength(1);
      expect((await world.ownership.read(unit))?.epoch).toBe(5);
    });

    test('loses no change among many made at once', async () => {
      const unit = world.unit();
      await world.ownership.create(fresh(unit));
      await Promise.all(Array.from({ length: 6 }, () => world.ownership.update(unit, (record) => ({ ...record, epoch: record.epoch + 1 }))));
      expect((await world.ownership.read(unit))?.epoch).toBe(10);
    });

    test('lends a volume group to one run at a time, and to the next when the holder no longer holds its unit', async () => {
      const [first, second] = [world.unit(), world.unit()];
      const group = { rvg: `rvg-of-${first}`, diskGroup: 'a disk group' };
      await world.ownership.create({ ...fresh(first), run: 'run-1', epoch: 5, phase: 'preparing' });
      await world.ownership.takeGroup(group, { unit: first, run: 'run-1', epoch: 5 });
      await world.ownership.takeGroup(group, { unit: first, run: 'run-1', epoch: 5 });
      const other = () => world.ownership.takeGroup(group, { unit: second, run: 'run-2', epoch: 1 });
      await expect(other()).rejects.toMatchObject({ code: 'StillRunning' });
      await world.ownership.freeGroup(group, 'run-2');
      await expect(other()).rejects.toMatchObject({ code: 'StillRunning' });
      await world.ownership.update(first, (record) => ({ ...record, run: null, phase: 'free' }));
      await other();
      await world.ownership.freeGroup(group, 'run-2');
      await world.ownership.freeGroup(group, 'run-2');
      await world.ownership.takeGroup(group, { unit: first, run: 'run-3', epoch: 6 });
    });

    test('does not lend a volume group whose holder has no record any more: it may be at work', async () => {
      const unit = world.unit();
      const group = { rvg: `rvg-of-${unit}`, diskGroup: 'dg' };
      await world.ownership.takeGroup(group, { unit, run: 'run-1', epoch: 1 });
      await expect(world.ownership.takeGroup(group, { unit: world.unit(), run: 'run-2', epoch: 1 })).rejects.toMatchObject({ code: 'StillRunning' });
    });

    test('keeps the plan of a run until it is dropped, and never an older epoch of it over a newer one', async () => {
      const run = world.unit();
      const made = aPlan(createWorld());
      const plan = (epoch: number): Plan => ({ ...made, run, epoch, digest: `digest of ${epoch}` });
      expect(await world.ownership.keptPlan(run)).toBeNull();
      await world.ownership.keepPlan(plan(3));
      await world.ownership.keepPlan(plan(3));
      await world.ownership.keepPlan(plan(4));
      await world.ownership.keepPlan(plan(2));
      expect(await world.ownership.keptPlan(run)).toEqual(plan(4));
      await world.ownership.dropPlan(run);
      await world.ownership.dropPlan(run);
      expect(await world.ownership.keptPlan(run)).toBeNull();
    });

    test('throws what the change throws and stays as it was', async () => {
      const unit = world.unit();
      await world.ownership.create(fresh(unit));
      const refused = world.ownership.update(unit, () => {
        throw new Error('no');
      });
      await expect(refused).rejects.toThrow('no');
      expect(await world.ownership.read(unit)).toEqual(fresh(unit));
    });

    test('lets a later attempt take a step and refuses an older one that wakes late', async () => {
      const unit = world.unit();
      await world.ownership.create(fresh(unit));
      await world.ownership.update(unit, claim('run-a'));
      const turn = { run: 'run-a', epoch: 5, step: 'offline-source', attempt: 1 };
      await world.ownership.take(unit, turn);
      await world.ownership.take(unit, { ...turn, attempt: 2 });
      await expect(world.ownership.take(unit, turn)).rejects.toMatchObject({ code: 'OwnershipLost' });
      await expect(world.ownership.take(unit, { ...turn, run: 'run-b', attempt: 9 })).rejects.toMatchObject({ code: 'OwnershipLost' });
      expect((await world.ownership.read(unit))?.turns).toEqual({ 'offline-source': 2 });
    });

    test('is never taken as absent when it cannot be understood', async () => {
      if (world.corrupt === undefined) return;
      const unit = world.unit();
      await world.ownership.create(fresh(unit));
      await world.corrupt(unit);
      await expect(world.ownership.read(unit)).rejects.toMatchObject({ code: 'Invalid' });
      await expect(world.ownership.update(unit, (record) => record)).rejects.toMatchObject({ code: 'Invalid' });
      await expect(world.ownership.create(fresh(unit))).rejects.toMatchObject({ code: 'Conflict' });
    });
  });
}
