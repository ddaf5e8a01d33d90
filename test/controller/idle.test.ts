import { recordText } from '../../src/drivers/kubernetes/ownership-record.js';
import type { FakeKube } from '../harness/fake-kube.js';
import { ControllerWorld } from './world.js';

const PLANS = '/apis/infoscale.veritas.com/v1/namespaces/infoscale-vtas/disasterrecoveryplans';
const OTHERS = 99;

/** Counts every question and every write from now on. */
function counted(kubes: readonly FakeKube[]): () => number {
  let calls = 0;
  for (const kube of kubes) {
    for (const name of ['get', 'list', 'create', 'apply', 'replace', 'patch', 'remove'] as const) {
      const real = kube[name].bind(kube) as (...args: unknown[]) => unknown;
      Object.assign(kube, { [name]: (...args: unknown[]) => {
        calls += 1;
        return real(...args);
      } });
    }
  }
  return () => calls;
}

describe('A controller with a hundred plans', () => {
  let world: ControllerWorld;
  afterEach(() => world.end());

  test('asks about each two or three times at its start, and nothing while nothing happens', async () => {
    world = new ControllerWorld();
    const kubes = Object.values(world.kubes);
    for (const kube of kubes) {
      for (let number = 1; number <= OTHERS; number += 1) {
        const unit = `unit-${number}`;
        kube.put({ apiVersion: 'infoscale.veritas.com/v1', kind: 'DisasterRecoveryPlan', metadata: { name: unit, namespace: 'infoscale-vtas' }, spec: { primaryCluster: 'east', selector: { namespace: unit } }, status: { primaryCluster: 'east' } });
        const record = recordText({ unit, epoch: 1, writer: 'east', run: null, procedure: null, phase: 'free', turns: {}, clusterUid: `uid-of-${kube.site}` });
        kube.put({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: `ownership-${unit}`, namespace: 'changeover-system' }, data: { record } });
      }
    }
    const calls = counted(kubes);
    const readyAt = (kube: FakeKube): number =>
      Array.from({ length: OTHERS }, (_, number) => kube.peek(`${PLANS}/unit-${number + 1}`)).filter((plan) => JSON.stringify(plan?.['status']).includes('"type":"Ready","status":"True"')).length;
    world.begin();
    await world.until('all plans to be Ready', () => kubes.every((kube) => readyAt(kube) === OTHERS));
    // Its own writes come back by the watch and are looked at once more, without a write.
    let before = -1;
    let quietSince = performance.now();
    await world.until('rest', () => {
      if (calls() !== before) [before, quietSince] = [calls(), performance.now()];
      return performance.now() - quietSince > 1_000;
    });
    const [sites, perPlan, looks] = [2, 3, 9];
    expect(before).toBeLessThanOrEqual(sites * ((OTHERS + 1) * perPlan + 2 * looks));
    expect(world.requests).toEqual([]);
  });
});
