import { mark } from '../../../../src/domain/names.js';
import { createObjects } from '../../../../src/drivers/kubernetes/objects/index.js';
import { createWorkloads } from '../../../../src/drivers/kubernetes/workloads/index.js';
import { ordersPlan } from './application.js';
import { paths, plan, readyAtOnce, spec, staged, work } from './world.js';

describe('the way back', () => {
  async function migrated() {
    const world = await staged();
    const { source, target } = world;
    await createObjects(source).ensureVolumesRetained(plan, work);
    await createWorkloads(source).ensureFrozen(plan, work);
    await createWorkloads(source).ensureStopped(plan, work);
    target.reactions.push(readyAtOnce);
    await createWorkloads(target).ensureStarted(plan, work);
    await createWorkloads(target).ensureThawed(plan, work);
    await createObjects(target).ensureSettled(plan, work);
    await createObjects(source).ensureSettled(plan, work);
    return world;
  }
  const back = ordersPlan({ run: 'run-2', source: 'west', target: 'east' });

  test('stages over what stands by, whatever changed at the writer meanwhile', async () => {
    const { source: east, target: west } = await migrated();
    await west.patch(paths.settings, { data: { a: null, b: '2' } }, 'merge');
    const captured = await createObjects(west).capture(back, work);
    await createObjects(east).ensureStaged(back, captured, work);
    expect((await east.get(paths.settings))?.['data']).toEqual({ b: '2' });
    expect(await spec(east, paths.volume)).toMatchObject({ csi: { volumeHandle: 'ledger-vol' }, persistentVolumeReclaimPolicy: 'Retain' });
    expect((await createObjects(east).ensureUnstaged(back, work)).removed).toBe(1);
    expect(await east.get(paths.settings)).not.toBeNull();
  });

  test('does not bring to life what the writer no longer has', async () => {
    const { source: east, target: west } = await migrated();
    west.drop(paths.deployment);
    const captured = await createObjects(west).capture(back, work);
    await createObjects(east).ensureStaged(back, captured, work);
    await createWorkloads(east).ensureStarted(back, work);
    expect(await spec(east, paths.deployment)).toMatchObject({ replicas: 0 });
    expect((await east.get(paths.deployment))?.metadata.labels?.[mark.staged]).toBe('superseded');
  });

  test('leaves no label of the run at the new writer', async () => {
    const { target: west } = await migrated();
    for (const path of [paths.deployment, paths.settings, paths.claim, paths.volume, paths.greeting]) {
      const labels = (await west.get(path))?.metadata.labels ?? {};
      expect(Object.keys(labels).filter((label) => label.startsWith('changeover.io/'))).toEqual([]);
    }
  });
});
