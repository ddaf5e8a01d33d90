import { killWorkerAt, nextStepAfter, type Death } from '../../lab/scenario/deaths.js';
import { labSettings, type SiteName } from '../../lab/settings.js';
import { expectServedBy, migrate, nothingLost, RUN_MS, sharedScenario, statusOf } from './support/in-lab.js';

/** From the kill to the next thing that the run has done, seconds, the start of a new worker included. */
const PROGRESS_S = 10;

describe('What is killed in the middle of a run', () => {
  const scenario = sharedScenario({ commandTimeoutMs: 2_000, settings: { ...labSettings(), ttlSeconds: 1 } });

  const moments: readonly { death: Death; within: number; from: SiteName; to: SiteName }[] = [
    { death: 'before an effect', within: PROGRESS_S, from: 'east', to: 'west' },
    { death: 'after an effect', within: PROGRESS_S, from: 'west', to: 'east' },
    { death: 'inside a workflow task', within: PROGRESS_S, from: 'east', to: 'west' },
  ];

  describe('is the worker, and', () => {
    test.each(moments)(
      '$death, $from to $to: progress within $within s of the restart, and the run ends right',
      async ({ death, within, from, to }) => {
        const migration = migrate(scenario.now, to);
        const killedAt = await killWorkerAt(death, scenario.now, from);
        expect(await migration).toMatchObject({ exitCode: 0 });
        const status = await statusOf(scenario.now);
        expect(status.phase).toBe('completed');
        expect(nextStepAfter(killedAt, status)).toBeLessThan(within);
        await expectServedBy(scenario.now, to);
      },
      RUN_MS,
    );
  });

  test('nothing was lost on the way', async () => {
    expect(await scenario.now.judge('west')).toMatchObject(nothingLost);
  });
});
