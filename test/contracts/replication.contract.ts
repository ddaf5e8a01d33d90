import type { Plan } from '../../src/domain/plan.js';
import type { Replication, VolumeGroup } from '../../src/ports/replication.js';
import type { Work } from '../../src/ports/work.js';
import { waitFor } from '../../lab/process/wait.js';
import { expectCode, refusedWork } from './expect-code.js';

export interface ReplicationWorld {
  /** Primary at first; nothing has a volume open. */
  readonly source: Replication;
  readonly target: Replication;
  readonly plan: Plan;
  work(): Work;
  /** Something opens, or closes, a volume of the group at the source. */
  openVolume(open: boolean): Promise<void>;
  /** Writes arrive at the Secondary, or wait. With `true` at least one waits. */
  lag(lags: boolean): Promise<void>;
  /** Somebody at the storage leaves no site Primary, or both; with both, something is written where only the target has it. */
  roles(now: 'neither' | 'both'): Promise<void>;
  /** Whether a site holds what only the target had. */
  hasStray(site: 'source' | 'target'): Promise<boolean>;
  close?(): Promise<void>;
}

/** Roles, drained and open, as one site reports them; and the one command that changes them. */
export function replicationContract(name: string, makeWorld: () => Promise<ReplicationWorld>): void {
  describe(`replication on ${name}`, () => {
    let world: ReplicationWorld;
    const group = (site: string): VolumeGroup => world.plan.replication?.groups[site] ?? { rvg: '', diskGroup: '' };
    const roles = async () => [(await world.source.view(group(world.plan.source))).role, (await world.target.view(group(world.plan.target))).role];
    const drained = (work = world.work()) => {
      if (world.plan.replication === null) throw new Error('the plan has no replication');
      return world.source.awaitDrained(world.plan.replication, world.plan.source, work);
    };

    beforeEach(async () => {
      world = await makeWorld();
    });
    afterEach(async () => world.close?.());

    test('shows each site its own role, with every volume and its counterpart', async () => {
      const view = await world.source.view(group(world.plan.source));
      expect(view).toMatchObject({ site: world.plan.source, role: 'primary', liveCommands: 0, configErrors: [], openVolumes: [] });
      expect(view.volumes.map((v) => v.name).toSorted()).toEqual(world.plan.volumes.map((v) => v.volume).toSorted());
      expect(view.volumes.every((v) => v.dcm && v.peerName === v.name && v.peerSectors === v.sectors)).toBe(true);
      expect((await world.target.view(group(world.plan.target))).role).toBe('secondary');
    });

    test('shows the role alone as the whole view does', async () => {
      expect(await world.source.role(group(world.plan.source))).toMatchObject({ site: world.plan.source, role: 'primary', liveCommands: 0 });
      expect(await world.target.role(group(world.plan.target))).toMatchObject({ site: world.plan.target, role: 'secondary', liveCommands: 0 });
    });

    test('shows its links as the whole view does', async () => {
      for (const [site, of] of [[world.source, group(world.plan.source)], [world.target, group(world.plan.target)]] as const) {
        // Two readings of something that moves: they agree once everything has arrived.
        const agree = async () => {
          const { rvg, role, liveCommands, secondaries, configErrors } = await site.view(of);
          expect(await site.links(of)).toMatchObject({ rvg, role, liveCommands, secondaries, configErrors });
          return true;
        };
        await waitFor(agree, { what: 'the links to be as the whole view shows them', deadlineMs: 20_000 });
      }
      expect((await world.source.links(group(world.plan.source))).secondaries).toHaveLength(1);
    });

    test('shows which volumes are open, from the moment they are', async () => {
      const of = group(world.plan.source);
      await world.openVolume(true);
      expect((await world.source.view(of)).openVolumes.length).toBeGreaterThan(0);
      expect(await world.source.standing(of)).toMatchObject({ role: 'primary', liveCommands: 0, openVolumes: (await world.source.view(of)).openVolumes });
      await world.openVolume(false);
      expect((await world.source.view(of)).openVolumes).toEqual([]);
      expect(await world.source.standing(of)).toMatchObject({ role: 'primary', liveCommands: 0, openVolumes: [] });
    });

    test('waits until the last volume is closed', async () => {
      await world.openVolume(true);
      let returned = false;
      const waiting = world.source.awaitClosed(group(world.plan.source), world.work()).then(() => (returned = true));
      await new Promise((resolve) => setImmediate(resolve));
      expect(returned).toBe(false);
      await world.openVolume(false);
      await waiting;
    });

    test('calls the group drained when every Secondary is up to date, and says what it read', async () => {
      expect(await drained()).toHaveLength(world.plan.replication?.secondaries.length ?? 0);
    });

    test('waits for a Secondary that is behind, and for nothing once its signal is aborted', async () => {
      await world.lag(true);
      const stop = new AbortController();
      const waiting = drained({ ...world.work(), signal: stop.signal });
      stop.abort(new Error('enough'));
      await expect(waiting).rejects.toThrow();
      await world.lag(false);
      expect(await drained()).toHaveLength(world.plan.replication?.secondaries.length ?? 0);
    });

    test('swaps the roles and says how the command ended', async () => {
      const result = await world.source.migrate(world.plan, world.work());
      expect(result.exitCode).toBe(0);
      expect(result.command).toContain('migrate');
      expect(await roles()).toEqual(['secondary', 'primary']);
    });

    test('refuses to swap while a volume is open, and changes nothing', async () => {
      await world.openVolume(true);
      expect((await world.source.migrate(world.plan, world.work())).exitCode).not.toBe(0);
      expect(await roles()).toEqual(['primary', 'secondary']);
    });

    test('commands nothing for a run that no longer holds the unit', async () => {
      await expectCode(world.source.migrate(world.plan, refusedWork()), 'OwnershipLost');
      await expectCode(world.target.takeOver(world.plan, refusedWork()), 'OwnershipLost');
      await world.roles('both');
      await expectCode(world.source.giveUp(world.plan, refusedWork()), 'OwnershipLost');
      expect(await roles()).toEqual(['primary', 'primary']);
      await world.target.giveUp(world.plan, world.work());
      expect(await roles()).toEqual(['primary', 'secondary']);
    });

    test('makes either Secondary the Primary where none is, and brings the other after it', async () => {
      for (const [chosen, other] of [['target', 'source'], ['source', 'target']] as const) {
        await world.roles('neither');
        const site = world.plan[chosen];
        expect((await world[chosen].takeOver(world.plan, world.work())).exitCode).toBe(0);
        expect([(await world[chosen].role(group(site))).role, (await world[other].role(group(world.plan[other]))).role]).toEqual(['primary', 'secondary']);
        expect((await world[chosen].resync(world.plan, world.work())).exitCode).toBe(0);
        expect((await world[chosen].awaitProtected(group(site), world.work())).length).toBeGreaterThan(0);
        expect(await world[chosen].resync(world.plan, world.work())).toMatchObject({ command: 'none: replication runs', exitCode: 0 });
      }
    });

    test('says of two Primaries what each has that the other may not have', async () => {
      await world.roles('both');
      const view = await world.target.view(group(world.plan.target));
      expect(view).toMatchObject({ role: 'primary', openVolumes: [] });
      expect(view.secondaries.map(({ loggingTo }) => loggingTo).join()).toMatch(/SRL \(\d+ Kbytes behind/);
      expect(view.secondaries.some(({ replicationStatus }) => replicationStatus.startsWith('replicating (connected)'))).toBe(false);
    });

    test('makes either of two Primaries the Secondary of the other, and what only it has is lost', async () => {
      for (const [loses, stays] of [['target', 'source'], ['source', 'target']] as const) {
        await world.roles('both');
        expect(await world.hasStray('target')).toBe(true);
        const result = await world[loses].giveUp(world.plan, world.work());
        expect(result).toMatchObject({ exitCode: 0 });
        expect(result.command).toContain('makesec');
        expect((await world[loses].role(group(world.plan[loses]))).role).toBe('secondary');
        expect((await world[stays].resync(world.plan, world.work())).exitCode).toBe(0);
        await world[stays].awaitProtected(group(world.plan[stays]), world.work());
        // Protected says that replication runs, not that everything has arrived.
        await waitFor(async () => (await world.hasStray(loses)) === (stays === 'target'), { what: `${loses} to have what ${stays} has`, deadlineMs: 20_000 });
        expect(await world.hasStray(stays)).toBe(stays === 'target');
      }
    });

    test('gives a role up only where there is another Primary and no volume is open', async () => {
      expect((await world.source.giveUp(world.plan, world.work())).exitCode).not.toBe(0);
      await world.openVolume(true);
      await world.roles('both');
      expect((await world.source.giveUp(world.plan, world.work())).exitCode).not.toBe(0);
      expect(await roles()).toEqual(['primary', 'primary']);
    });

    test('runs from the new Primary to the old one after the swap', async () => {
      await world.source.migrate(world.plan, world.work());
      expect((await world.target.awaitProtected(group(world.plan.target), world.work())).length).toBeGreaterThan(0);
    });
  });
}
