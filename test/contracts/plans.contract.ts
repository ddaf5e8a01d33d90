import type { UnitRef } from '../../src/domain/request.js';
import type { Plans } from '../../src/ports/plans.js';

export interface PlansWorld {
  readonly plans: Plans;
  /** A DR plan with a DataReplication `<name>-datarep` and a DNS object `<name>-dns`, primary `east`, no status. */
  unit(): Promise<UnitRef>;
  /** The status of the plan as it is stored. */
  status(unit: UnitRef): Promise<Readonly<Record<string, unknown>>>;
  /** A GitOps tool applies `spec.primaryCluster`. */
  managed(unit: UnitRef): Promise<void>;
}

/** What every driver of the DR objects keeps. */
export function plansContract(name: string, makeWorld: () => Promise<PlansWorld>): void {
  describe(`the DR objects (${name})`, () => {
    let world: PlansWorld;
    beforeAll(async () => {
      world = await makeWorld();
    });

    test('are null where they do not exist', async () => {
      const unit = { namespace: 'infoscale-vtas', name: 'no-such-plan' };
      expect(await world.plans.plan(unit)).toBeNull();
      expect(await world.plans.dataReplication(unit, 'none')).toBeNull();
      expect(await world.plans.dns(unit, 'none')).toBeNull();
      await expect(world.plans.propose(unit, 'west', 'run-1')).rejects.toMatchObject({ code: 'NotFound' });
    });

    test('are read with what decides and nothing more', async () => {
      const unit = await world.unit();
      expect(await world.plans.plan(unit)).toEqual({
        uid: expect.any(String),
        generation: 1,
        specPrimary: 'east',
        statusPrimary: null,
        force: false,
        preferred: ['east', 'west'],
        namespace: 'orders',
        labels: ['app=orders'],
        dataReplicationPointer: `${unit.name}-datarep`,
        dnsPointer: `${unit.name}-dns`,
        managedBy: [],
        proposedBy: null,
        measured: null,
        terminating: false,
      });
      expect(await world.plans.dataReplication(unit, `${unit.name}-datarep`)).toMatchObject({ specPrimary: 'east', namespace: 'orders', configErrors: '', rvg: 'orders_rvg', diskGroup: 'vrts_kube_dg-east' });
      expect(await world.plans.dns(unit, `${unit.name}-dns`)).toMatchObject({ domain: 'example.test', records: { orders: '127.10.0.80', shop: 'orders' }, ttlSeconds: 20, createPtr: true, masters: ['127.0.53.1'] });
    });

    test('take a proposal with the mark of its run, once, and lose the mark on request', async () => {
      const unit = await world.unit();
      await world.plans.propose(unit, 'west', 'run-1');
      await world.plans.propose(unit, 'west', 'run-1');
      expect(await world.plans.plan(unit)).toMatchObject({ specPrimary: 'west', proposedBy: 'run-1', generation: 2, managedBy: [] });
      await world.plans.propose(unit, 'east', null);
      expect(await world.plans.plan(unit)).toMatchObject({ specPrimary: 'east', proposedBy: null });
    });

    test('remember what an outage took, and the last one counts', async () => {
      const unit = await world.unit();
      await world.plans.remember(unit, { at: '2026-01-01T03:00:00.000Z', steps: { 'offline-source': 900 } });
      await world.plans.remember(unit, { at: '2026-02-01T03:00:00.000Z', steps: { 'offline-source': 1_200, 'swap-roles': 300 } });
      expect(await world.plans.plan(unit)).toMatchObject({ measured: { at: '2026-02-01T03:00:00.000Z', steps: { 'offline-source': 1_200, 'swap-roles': 300 } }, generation: 1, managedBy: [] });
    });

    test('take a proposal back, but not from who named a third site meanwhile', async () => {
      const unit = await world.unit();
      const proposal = { run: 'run-1', from: 'west', to: 'east' };
      expect(await world.plans.retract(unit, proposal)).toBeNull();
      await world.plans.propose(unit, 'west', 'run-1');
      expect(await world.plans.retract(unit, { ...proposal, run: 'run-2' })).toBeNull();
      expect(await world.plans.plan(unit)).toMatchObject({ specPrimary: 'west', proposedBy: 'run-1' });
      for (const _ of [1, 2]) expect(await world.plans.retract(unit, proposal)).toBeNull();
      expect(await world.plans.plan(unit)).toMatchObject({ specPrimary: 'east', proposedBy: null });
      await world.plans.propose(unit, 'north', 'run-1');
      expect(await world.plans.retract(unit, proposal)).toBe('north');
      expect(await world.plans.plan(unit)).toMatchObject({ specPrimary: 'north', proposedBy: null });
    });

    test('show progress field by field and are clean when settled, with the primary in the same write', async () => {
      const unit = await world.unit();
      await world.plans.settle(unit, 'east');
      await world.plans.show(unit, { phase: 'Draining', scheduleStatus: 'SCHEDULE_STOPPED', backupRequestState: { phase: 'Completed', attributes: { totalItems: 14, itemsBackedUp: 14 } } });
      await world.plans.show(unit, { phase: 'Swapping', restoreRequestState: { phase: 'InProgress', backupName: 'orders-1' } });
      expect(await world.status(unit)).toEqual({
        primaryCluster: 'east',
        phase: 'Swapping',
        scheduleStatus: 'SCHEDULE_STOPPED',
        backupRequestState: { phase: 'Completed', attributes: { totalItems: 14, itemsBackedUp: 14 } },
        restoreRequestState: { phase: 'InProgress', backupName: 'orders-1' },
      });
      await world.plans.settle(unit, null);
      expect(await world.status(unit)).toEqual({ primaryCluster: 'east' });
      await world.plans.settle(unit, 'west');
      expect(await world.status(unit)).toEqual({ primaryCluster: 'west' });
      expect((await world.plans.plan(unit))?.generation).toBe(1);
    });

    test('record the data primary in spec and status', async () => {
      const unit = await world.unit();
      for (let round = 0; round < 2; round += 1) await world.plans.recordDataPrimary(unit, `${unit.name}-datarep`, 'west');
      expect(await world.plans.dataReplication(unit, `${unit.name}-datarep`)).toMatchObject({ specPrimary: 'west', statusPrimary: 'west' });
    });

    test('name who else manages the primary', async () => {
      const unit = await world.unit();
      await world.managed(unit);
      expect((await world.plans.plan(unit))?.managedBy).toEqual([expect.stringContaining('argocd-controller'), expect.stringContaining('Argo CD')]);
    });
  });
}
