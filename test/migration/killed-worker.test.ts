import type { SiteName } from '../../lab/settings.js';
import { expectServedBy, migrate, nothingLost, RUN_MS, sharedScenario, statusOf, untilStepBegins } from './support/in-lab.js';

/** From the restart to the next thing that the run has done, seconds: the heartbeat timeout, and what comes after it. */
const PROGRESS_S = 10;

describe('A worker that is killed in the middle of a step', () => {
  const scenario = sharedScenario({ commandTimeoutMs: 2_000 });

  const moments: readonly { step: string; within: number; at: 'source' | 'target'; from: SiteName; to: SiteName }[] = [
    { step: 'capture-application', within: PROGRESS_S, at: 'source', from: 'east', to: 'west' },
    { step: 'offline-source', within: PROGRESS_S, at: 'source', from: 'west', to: 'east' },
    { step: 'swap-roles', within: PROGRESS_S, at: 'source', from: 'east', to: 'west' },
    { step: 'activate-target', within: PROGRESS_S, at: 'target', from: 'west', to: 'east' },
  ];

  test.each(moments)(
    '$step, $from to $to: progress within $within s of the restart, and the run ends right',
    async ({ step, within, at, from, to }) => {
      const migration = migrate(scenario.now, to);
      await untilStepBegins(at === 'source' ? from : to, step);
      const killedAt = Date.now();
      scenario.now.worker.killHard();
      expect(await migration).toMatchObject({ exitCode: 0 });
      const { steps, phase } = await statusOf(scenario.now);
      expect(phase).toBe('completed');
      const effects = steps.flatMap(({ endedAt }) => (endedAt === null ? [] : [(Date.parse(endedAt) - killedAt) / 1000])).filter((after) => after > 0);
      expect(effects.length).toBeGreaterThan(0);
      expect(Math.min(...effects)).toBeLessThan(within);
      await expectServedBy(scenario.now, to);
    },
    RUN_MS,
  );

  test('nothing was lost on the way', async () => {
    expect(await scenario.now.judge('east')).toMatchObject(nothingLost);
  });
});
