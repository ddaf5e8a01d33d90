import { labSettings } from '../../lab/settings.js';
import { Scenario } from '../../lab/scenario/scenario.js';
import { LAB_MS, nothingLost, ownershipAt, RUN_MS } from './support/in-lab.js';
import { allRuns, eventsAt, patchPrimary, untilConditions } from './support/plan.js';

describe('A DR plan that is patched', () => {
  const scenario = new Scenario({ settings: { ...labSettings(), ttlSeconds: 1 }, controller: {} });
  beforeAll(() => scenario.begin(), LAB_MS);
  afterAll(() => scenario.end(), LAB_MS);

  test('is under management without a command of ours', async () => {
    expect(await ownershipAt('east')).toMatchObject({ writer: 'east', run: null, phase: 'free' });
    const { Ready } = await untilConditions('west', 'Ready', ({ Ready: ready }) => ready?.status === 'True');
    expect(Ready).toMatchObject({ reason: 'InStep', observedGeneration: 1 });
  }, RUN_MS);

  test(
    'on the source starts one run, which is followed in the plan itself on both sites',
    async () => {
      await patchPrimary('east', 'west');
      await untilConditions('east', 'InProgress', ({ InProgress }) => InProgress?.status === 'True');
      const done = await untilConditions('east', 'Ready again', ({ Ready, InProgress }, plan) => Ready?.status === 'True' && InProgress === undefined && (plan['status'] as { primaryCluster: string }).primaryCluster === 'west');
      expect(done['Ready']?.message).toContain('orders runs on west');
      expect(await allRuns()).toMatchObject([{ unit: 'orders', status: 'COMPLETED' }]);
      const told = (await eventsAt('west')).map((event) => event.split(':')[0]);
      expect(new Set(told)).toEqual(new Set(['Preparing', 'Outage', 'Crossing', 'Forward', 'Completed']));
      expect(scenario.controller.log).toMatch(/step swap-roles done .* source Secondary, target Primary/);
      expect(await scenario.judge('west')).toMatchObject(nothingLost);
    },
    RUN_MS,
  );
});
