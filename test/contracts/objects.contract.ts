import { canonical } from '../../src/drivers/memory/raw.js';
import { mark } from '../../src/domain/names.js';
import type { Plan } from '../../src/domain/plan.js';
import type { Capture, Objects, RawObject } from '../../src/ports/objects.js';
import type { Work } from '../../src/ports/work.js';
import type { Workloads } from '../../src/ports/workloads.js';
import { expectCode, refusedWork } from './expect-code.js';

export interface ObjectsWorld {
  /** At the source the application stands and runs; at the target there is nothing. */
  readonly source: { readonly objects: Objects; readonly workloads: Workloads };
  readonly target: { readonly objects: Objects; readonly workloads: Workloads };
  readonly plan: Plan;
  work(): Work;
  /** An object at the target, or null. `PersistentVolume` is looked up without namespace. */
  atTarget(kind: string, name: string): Promise<RawObject | null>;
  /** Someone else deletes an object there. */
  dropAtTarget(kind: string, name: string): Promise<void>;
  /** Someone else puts an object there, or replaces it. */
  putAtTarget(object: RawObject): Promise<void>;
  /** Reclaim policies of the application's PVs at a site, by PV name. */
  policies(site: 'source' | 'target'): Promise<Readonly<Record<string, string>>>;
  /** Someone sets a PV's policy at a site. */
  setPolicy(site: 'source' | 'target', persistentVolume: string, policy: string): Promise<void>;
  close?(): Promise<void>;
}

/** Capture, stage, remove; and the policies that keep data from being deleted. */
export function objectsContract(name: string, makeWorld: () => Promise<ObjectsWorld>): void {
  describe(`objects on ${name}`, () => {
    let world: ObjectsWorld;
    const capture = () => world.source.objects.capture(world.plan, world.work());
    const stage = async (captured: Capture) => world.target.objects.ensureStaged(world.plan, captured, world.work());
    const keys = (captured: Capture) => captured.objects.map((o) => `${o.kind}/${o.metadata.name}`);
    const content = (captured: Capture) => captured.objects.map(canonical).toSorted();

    beforeEach(async () => {
      world = await makeWorld();
    });
    afterEach(async () => world.close?.());

    test('captures every selected object and the volumes of its claims', async () => {
      const expected = ['ConfigMap/orders-config', 'Secret/orders-secret', 'Service/orders', 'Deployment/orders', 'CronJob/orders-report'];
      const volumes = world.plan.volumes.flatMap((v) => [`PersistentVolumeClaim/${v.claim}`, `PersistentVolume/${v.persistentVolume}`]);
      expect(keys(await capture())).toEqual(expect.arrayContaining([...expected, ...volumes]));
    });

    test('captures what stands, without pods, status and cluster fields', async () => {
      const captured = await capture();
      expect(keys(captured).filter((k) => k.startsWith('Pod/') || k.startsWith('ReplicaSet/'))).toEqual([]);
      for (const object of captured.objects) {
        expect(object['status']).toBeUndefined();
        expect(object.metadata['uid']).toBeUndefined();
        expect(object.metadata['resourceVersion']).toBeUndefined();
      }
    });

    test('captures what the run itself has changed as it was before', async () => {
      const before = await capture();
      await world.source.objects.ensureVolumesRetained(world.plan, world.work());
      await world.source.workloads.ensureFrozen(world.plan, world.work());
      await world.source.workloads.ensureStopped(world.plan, world.work());
      expect(content(await capture())).toEqual(content(before));
    });

    test('stages every object inert, and a second time does nothing', async () => {
      const captured = await capture();
      expect((await stage(captured)).created).toBeGreaterThanOrEqual(captured.objects.length - 1);
      expect((await world.atTarget('Deployment', 'orders'))?.['spec']).toMatchObject({ replicas: 0 });
      expect((await world.atTarget('CronJob', 'orders-report'))?.['spec']).toMatchObject({ suspend: true });
      expect((await world.atTarget('Service', 'orders'))?.metadata.labels).toMatchObject({ [mark.run]: world.plan.run });
      expect(await stage(captured)).toMatchObject({ created: 0 });
    });

    test('says what is missing of a capture: all of it before it is staged, nothing afterwards, and what someone took away', async () => {
      const captured = await capture();
      const compared = () => world.target.objects.compareStaged(world.plan, captured);
      expect((await compared()).missing).toEqual(expect.arrayContaining(['ConfigMap/orders-config', 'Deployment/orders', 'CronJob/orders-report']));
      await stage(captured);
      expect(await compared()).toEqual({ missing: [], changed: [] });
      await world.dropAtTarget('Deployment', 'orders');
      expect(await compared()).toEqual({ missing: ['Deployment/orders'], changed: [] });
      await stage(captured);
      expect(await compared()).toEqual({ missing: [], changed: [] });
      expect((await world.atTarget('Deployment', 'orders'))?.['spec']).toMatchObject({ replicas: 0 });
    });

    test('says what someone changed after it was staged, and stages it again as it was captured', async () => {
      const captured = await capture();
      await stage(captured);
      const before = await world.atTarget('ConfigMap', 'orders-config');
      await world.putAtTarget({ ...(before as RawObject), data: { greeting: 'edited at the target' } });
      expect(await world.target.objects.compareStaged(world.plan, captured)).toEqual({ missing: [], changed: ['ConfigMap/orders-config'] });
      await stage(captured);
      expect(await world.target.objects.compareStaged(world.plan, captured)).toEqual({ missing: [], changed: [] });
      expect((await world.atTarget('ConfigMap', 'orders-config'))?.['data']).toEqual(before?.['data']);
    });

    test('calls nothing changed once the application is alive there', async () => {
      const captured = await capture();
      await stage(captured);
      const before = await world.atTarget('ConfigMap', 'orders-config');
      const workload = await world.atTarget('Deployment', 'orders');
      const { [mark.original]: _, ...annotations } = (workload?.metadata.annotations ?? {}) as Record<string, string>;
      await world.putAtTarget({ ...(workload as RawObject), metadata: { ...(workload as RawObject).metadata, annotations }, spec: { ...(workload?.['spec'] as object), replicas: 1 } });
      await world.putAtTarget({ ...(before as RawObject), data: { greeting: 'edited where it lives' } });
      expect(await world.target.objects.compareStaged(world.plan, captured)).toEqual({ missing: [], changed: [] });
    });

    test('binds the staged claims to the volumes of the plan, Retain', async () => {
      await stage(await capture());
      await world.target.objects.assertVolumesBound(world.plan);
      expect(new Set(Object.values(await world.policies('target')))).toEqual(new Set(['Retain']));
    });

    test('says when a claim leads to another volume than the plan says', async () => {
      await stage(await capture());
      const [first, ...rest] = world.plan.volumes;
      if (first === undefined) throw new Error('the plan has no volume');
      const other = { ...first, handles: { ...first.handles, [world.plan.target]: 'another-vol' } };
      await expectCode(world.target.objects.assertVolumesBound({ ...world.plan, volumes: [other, ...rest] }), 'ObjectChanged');
    });

    test('refuses to stage over an object that someone else made, and leaves it', async () => {
      const stranger: RawObject = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'orders-config', namespace: world.plan.application.namespace }, data: { greeting: 'mine' } };
      await world.putAtTarget(stranger);
      const error = await expectCode(stage(await capture()), 'Refused');
      expect([error.message, ...error.reasons].join(' ')).toContain('orders-config');
      expect((await world.atTarget('ConfigMap', 'orders-config'))?.['data']).toEqual({ greeting: 'mine' });
      expect(await world.atTarget('Deployment', 'orders')).toBeNull();
    });

    test('removes exactly what the run has staged', async () => {
      await stage(await capture());
      const mine: RawObject = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'someone-else', namespace: world.plan.application.namespace }, data: {} };
      await world.putAtTarget(mine);
      await world.target.objects.ensureUnstaged(world.plan, world.work());
      expect(await world.atTarget('Deployment', 'orders')).toBeNull();
      expect(await world.atTarget('ConfigMap', 'someone-else')).not.toBeNull();
      expect(await world.target.objects.ensureUnstaged(world.plan, world.work())).toMatchObject({ removed: 0 });
    });

    test('leaves a volume that is not Retain, with its claim, and says so', async () => {
      await stage(await capture());
      const [volume] = world.plan.volumes;
      if (volume === undefined) throw new Error('the plan has no volume');
      await world.setPolicy('target', volume.persistentVolume, 'Delete');
      const { left } = await world.target.objects.ensureUnstaged(world.plan, world.work());
      expect(left.join(' ')).toContain(volume.persistentVolume);
      expect(await world.atTarget('PersistentVolume', volume.persistentVolume)).not.toBeNull();
      expect(await world.atTarget('PersistentVolumeClaim', volume.claim)).not.toBeNull();
    });

    test('removes nothing where nothing was staged', async () => {
      expect(await world.target.objects.ensureUnstaged(world.plan, world.work())).toMatchObject({ removed: 0, left: [] });
    });

    test('sets every volume to Retain and gives the original policy back', async () => {
      const before = await world.policies('source');
      for (const _ of [1, 2]) await world.source.objects.ensureVolumesRetained(world.plan, world.work());
      expect(new Set(Object.values(await world.policies('source')))).toEqual(new Set(['Retain']));
      for (const _ of [1, 2]) await world.source.objects.ensureVolumePoliciesRestored(world.plan, world.work());
      expect(await world.policies('source')).toEqual(before);
    });

    test('leaves a policy that someone else set meanwhile, and says so', async () => {
      const [volume] = world.plan.volumes;
      if (volume === undefined) throw new Error('the plan has no volume');
      await world.source.objects.ensureVolumesRetained(world.plan, world.work());
      await world.setPolicy('source', volume.persistentVolume, 'Recycle');
      const said = await world.source.objects.ensureVolumePoliciesRestored(world.plan, world.work());
      expect(said.filter((line) => line.includes('someone else'))).toEqual([`PersistentVolume/${volume.persistentVolume}: spec.persistentVolumeReclaimPolicy is Recycle, set by someone else during the run, and was left; before the run it was Delete`]);
      expect((await world.policies('source'))[volume.persistentVolume]).toBe('Recycle');
    });

    test('changes nothing for a run that no longer holds the unit', async () => {
      const before = await world.policies('source');
      await expectCode(world.target.objects.ensureStaged(world.plan, await capture(), refusedWork()), 'OwnershipLost');
      await expectCode(world.source.objects.ensureVolumesRetained(world.plan, refusedWork()), 'OwnershipLost');
      expect(await world.atTarget('Deployment', 'orders')).toBeNull();
      expect(await world.policies('source')).toEqual(before);
    });
  });
}
