import type { Plan } from '../../src/domain/plan.js';
import type { Work } from '../../src/ports/work.js';
import type { Workloads } from '../../src/ports/workloads.js';
import { expectCode, refusedWork } from './expect-code.js';

export interface WorkloadsWorld {
  readonly workloads: Workloads;
  readonly plan: Plan;
  work(): Work;
  /** Pods of the application that exist now. */
  pods(): Promise<number>;
  /** Pods stay, terminating, until called with false. */
  holdPods(hold: boolean): Promise<void>;
  /** Someone else changes the spec of an object at the source. */
  edit(kind: string, name: string, spec: Readonly<Record<string, unknown>>): Promise<void>;
  /** Names of CronJobs that are suspended now. */
  suspended(): Promise<readonly string[]>;
  close?(): Promise<void>;
}

/** What runs, stops and comes back. `makeWorld` gives the source with Deployment `orders` at one replica, Ready, and CronJob `orders-report`. */
export function workloadsContract(name: string, makeWorld: () => Promise<WorkloadsWorld>): void {
  describe(`workloads on ${name}`, () => {
    let world: WorkloadsWorld;
    const observe = () => world.workloads.observe(world.plan.application, null);
    const deployment = async () => (await observe()).workloads.find((w) => w.kind === 'Deployment');

    beforeEach(async () => {
      world = await makeWorld();
    });
    afterEach(async () => world.close?.());

    test('observes workloads with their scale and claims', async () => {
      expect(await deployment()).toMatchObject({ name: 'orders', treatment: 'scale', desired: 1, ready: 1, claims: world.plan.volumes.map((v) => v.claim) });
    });

    test('follows each claim to its volume', async () => {
      const { claims } = await observe();
      const seen = claims.map((c) => `${c.name} ${c.phase} ${c.handle}`).toSorted();
      expect(seen).toEqual(world.plan.volumes.map((v) => `${v.claim} Bound ${v.handles[world.plan.source]}`).toSorted());
    });

    test('says of what stands what a whole look says of it', async () => {
      const [seen, standing] = await Promise.all([observe(), world.workloads.standing(world.plan.application)]);
      const held = ({ workloads }: Pick<Awaited<ReturnType<typeof world.workloads.standing>>, 'workloads'>) => workloads.filter((w) => w.treatment === 'scale' || w.treatment === 'park').map(({ kind, name, desired, ready }) => ({ kind, name, desired, ready }));
      expect(held(standing)).toEqual(held(seen));
      expect(held(standing)).not.toEqual([]);
      expect(standing.claims.map(({ name: claim, phase }) => `${claim} ${phase}`).toSorted()).toEqual(seen.claims.map(({ name: claim, phase }) => `${claim} ${phase}`).toSorted());
      expect(standing).toMatchObject({ namespaceExists: true, namespaceTerminating: false });
      expect(await world.workloads.standing({ ...world.plan.application, namespace: 'nowhere' })).toMatchObject({ namespaceExists: false, workloads: [], claims: [] });
    });

    test('refuses an empty namespace and an empty label', async () => {
      await expectCode(world.workloads.observe({ namespace: '', labels: [] }, null), 'Invalid');
      await expectCode(world.workloads.standing({ namespace: '', labels: [] }), 'Invalid');
      await expectCode(world.workloads.observe({ ...world.plan.application, labels: ['app=orders', ''] }, null), 'Invalid');
    });

    test('leaves no pod when it has stopped the application', async () => {
      expect(await world.workloads.ensureStopped(world.plan, world.work())).toContain('Deployment/orders');
      expect(await world.pods()).toBe(0);
      expect((await observe()).workloads.every((w) => w.ready === 0)).toBe(true);
    });

    test('does not return before the last pod is gone', async () => {
      await world.holdPods(true);
      let returned = false;
      const stopping = world.workloads.ensureStopped(world.plan, world.work()).then(() => (returned = true));
      await new Promise((resolve) => setImmediate(resolve));
      expect(returned).toBe(false);
      await world.holdPods(false);
      await stopping;
      expect(await world.pods()).toBe(0);
    });

    test('ends a wait when its signal is aborted', async () => {
      await world.holdPods(true);
      const stop = new AbortController();
      const stopping = world.workloads.ensureStopped(world.plan, { ...world.work(), signal: stop.signal });
      stop.abort(new Error('enough'));
      await expect(stopping).rejects.toThrow();
    });

    test('gives the recorded scale back, even after it was stopped twice', async () => {
      for (const _ of [1, 2]) await world.workloads.ensureStopped(world.plan, world.work());
      for (const _ of [1, 2]) await world.workloads.ensureStarted(world.plan, world.work());
      expect(await deployment()).toMatchObject({ desired: 1, ready: 1 });
    });

    test('freezes what acts on a schedule and thaws exactly that', async () => {
      for (const _ of [1, 2]) expect(await world.workloads.ensureFrozen(world.plan, world.work())).toContain('CronJob/orders-report');
      expect(await world.suspended()).toEqual(['orders-report']);
      await world.workloads.ensureThawed(world.plan, world.work());
      expect(await world.suspended()).toEqual([]);
    });

    test('leaves a scale that someone else set while the application was stopped, and says so', async () => {
      await world.workloads.ensureStopped(world.plan, world.work());
      await world.edit('Deployment', 'orders', { replicas: 2 });
      const said = await world.workloads.ensureStarted(world.plan, world.work());
      expect(said).toEqual(['Deployment/orders', 'Deployment/orders: spec.replicas is 2, set by someone else during the run, and was left; before the run it was 1']);
      expect(await deployment()).toMatchObject({ desired: 2, ready: 2 });
    });

    test('leaves a schedule that someone else changed while it was frozen, and says so', async () => {
      await world.workloads.ensureFrozen(world.plan, world.work());
      // As before the run: nothing to say.
      await world.edit('CronJob', 'orders-report', { suspend: false });
      expect(await world.workloads.ensureThawed(world.plan, world.work())).toEqual(['CronJob/orders-report']);
      expect(await world.suspended()).toEqual([]);
    });

    test('thaws nothing where nothing was frozen', async () => {
      expect(await world.workloads.ensureThawed(world.plan, world.work())).toEqual([]);
    });

    test('changes nothing for a run that no longer holds the unit', async () => {
      await expectCode(world.workloads.ensureStopped(world.plan, refusedWork()), 'OwnershipLost');
      await expectCode(world.workloads.ensureFrozen(world.plan, refusedWork()), 'OwnershipLost');
      expect(await deployment()).toMatchObject({ desired: 1, ready: 1 });
      expect(await world.suspended()).toEqual([]);
    });
  });
}
