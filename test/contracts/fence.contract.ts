import type { Application, PlannedVolume } from '../../src/domain/plan.js';
import type { Plan } from '../../src/domain/plan.js';
import type { Fence } from '../../src/ports/fence.js';
import { planOf, workOf } from './plan-of.js';

export interface FenceWorld {
  readonly fence: Fence;
  /** An existing namespace that nobody else uses. */
  namespace(): Promise<string>;
  /** A name of a namespace that does not exist. */
  absentNamespace(): string;
  /** Whether a pod could be created now by someone who is not the product. Never stores one. */
  admits(namespace: string, pod: { readonly labels?: Readonly<Record<string, string>>; readonly claims?: readonly string[] }): Promise<boolean>;
  namespaceLabels(namespace: string): Promise<Readonly<Record<string, string>> | null>;
  /** Somebody else sets or removes a label of the namespace; false when refused. */
  otherLabels(namespace: string, labels: Readonly<Record<string, string | null>>): Promise<boolean>;
}

let units = 0;

function planFor(application: Application, claims: readonly string[]): Plan {
  units += 1;
  const volume = (claim: string): PlannedVolume => ({ claim, capacity: '1Gi', persistentVolume: `pv-${claim}`, driver: 'org.veritas.infoscale', volume: `${claim}-vol`, handles: {} });
  return planOf({ run: `run-${units}`, unit: { namespace: 'infoscale-vtas', name: `unit-${process.pid}-${units}` }, application, volumes: claims.map(volume) });
}

/** What every fence keeps: while it is on no pod of the application can be created, whoever tries; and it is proved, not believed. */
export function fenceContract(name: string, makeWorld: () => Promise<FenceWorld>): void {
  describe(`the fence (${name})`, () => {
    let world: FenceWorld;
    const installed: Plan[] = [];
    const install = async (plan: Plan, on: boolean): Promise<void> => {
      installed.push(plan);
      await world.fence.ensureInstalled(plan, on, workOf());
    };

    beforeAll(async () => {
      world = await makeWorld();
    });
    afterAll(async () => {
      await Promise.all(installed.map((plan) => world.fence.ensureRemoved(plan, workOf())));
    });

    test('denies pods by label and by claim while on, others never, and opens again', async () => {
      const namespace = await world.namespace();
      const plan = planFor({ namespace, labels: ['app=orders,tier=web', 'app=worker'] }, ['ledger']);
      await install(plan, false);
      expect(await world.fence.read(plan.unit.name, namespace)).toEqual({ supported: true, installed: true, on: false });
      expect(await world.admits(namespace, { labels: { app: 'worker' } })).toBe(true);

      expect(await world.fence.ensureOn(plan, workOf())).toContain(plan.unit.name);
      expect((await world.fence.read(plan.unit.name, namespace)).on).toBe(true);
      expect(await world.admits(namespace, { labels: { app: 'worker', more: 'x' } })).toBe(false);
      expect(await world.admits(namespace, { labels: { app: 'orders', tier: 'web' } })).toBe(false);
      expect(await world.admits(namespace, { claims: ['other', 'ledger'] })).toBe(false);
      expect(await world.admits(namespace, { labels: { app: 'orders' }, claims: ['other'] })).toBe(true);
      expect(await world.admits(namespace, {})).toBe(true);

      await world.fence.ensureOff(plan, workOf());
      expect(await world.admits(namespace, { labels: { app: 'worker' }, claims: ['ledger'] })).toBe(true);
    });

    test('denies every pod of a whole-namespace plan and no pod elsewhere', async () => {
      const [namespace, elsewhere] = [await world.namespace(), await world.namespace()];
      const plan = planFor({ namespace, labels: [] }, []);
      await install(plan, true);
      expect(await world.admits(namespace, {})).toBe(false);
      expect(await world.admits(elsewhere, {})).toBe(true);
    });

    test('makes an absent namespace with the mark of the run, fenced from its first moment', async () => {
      const plan = planFor({ namespace: world.absentNamespace(), labels: [] }, ['ledger']);
      await install(plan, true);
      expect(await world.namespaceLabels(plan.application.namespace)).toMatchObject({ 'changeover.io/run': plan.run });
      expect(await world.admits(plan.application.namespace, {})).toBe(false);
    });

    test('lets nobody else move or remove the switch, and leaves other labels alone', async () => {
      const namespace = await world.namespace();
      const plan = planFor({ namespace, labels: [] }, []);
      await install(plan, true);
      const key = `fence.changeover.io/${plan.unit.name}`;
      expect(await world.otherLabels(namespace, { [key]: 'off' })).toBe(false);
      expect(await world.otherLabels(namespace, { [key]: null })).toBe(false);
      expect(await world.otherLabels(namespace, { team: 'shop' })).toBe(true);
      expect(await world.admits(namespace, {})).toBe(false);
    });

    test('can be called again at every point and after its removal is not there', async () => {
      const namespace = await world.namespace();
      const plan = planFor({ namespace, labels: [] }, []);
      for (const on of [true, true, false]) await install(plan, on);
      await world.fence.ensureOff(plan, workOf());
      await world.fence.ensureOn(plan, workOf());
      await world.fence.ensureOn(plan, workOf());
      for (let round = 0; round < 2; round += 1) await world.fence.ensureRemoved(plan, workOf());
      expect(await world.fence.read(plan.unit.name, namespace)).toEqual({ supported: true, installed: false, on: false });
    });

    test('follows a plan whose claims changed', async () => {
      const namespace = await world.namespace();
      const plan = planFor({ namespace, labels: ['app=orders'] }, ['old']);
      await install(plan, true);
      const changed = planOf({ ...plan, volumes: plan.volumes.map((volume) => ({ ...volume, claim: 'new' })) });
      await install(changed, true);
      expect(await world.admits(namespace, { claims: ['new'] })).toBe(false);
      expect(await world.admits(namespace, { claims: ['old'] })).toBe(true);
    });

    test('refuses an empty namespace and an empty label entry', async () => {
      const namespace = await world.namespace();
      for (const application of [{ namespace: '', labels: [] }, { namespace, labels: [''] }, { namespace, labels: ['app=a', ' '] }]) {
        await expect(world.fence.ensureInstalled(planFor(application, []), true, workOf())).rejects.toMatchObject({ code: 'Invalid' });
      }
    });

    test('changes nothing when the run no longer holds the unit', async () => {
      const namespace = await world.namespace();
      const plan = planFor({ namespace, labels: [] }, []);
      await install(plan, true);
      const lost = workOf({ guard: () => Promise.reject(new Error('lost')) });
      await expect(world.fence.ensureOff(plan, lost)).rejects.toThrow('lost');
      expect(await world.admits(namespace, {})).toBe(false);
    });
  });
}
