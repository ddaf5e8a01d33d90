import { setTimeout as pause } from 'node:timers/promises';
import { setLink } from '../../lab/links/links.js';
import { expectServedBy, migrate, nothingLost, RUN_MS, sharedScenario, statusOf, untilStepBegins } from './support/in-lab.js';

const cut = { mode: 'cut', latencyMs: 0 } as const;
const whole = { mode: 'ok', latencyMs: 0 } as const;
const CUT_MS = 5_000;

describe('A link that is cut', () => {
  const scenario = sharedScenario();

  test(
    'to the second name server, before the run: it is refused, and nothing was changed',
    async () => {
      await setLink('dns-secondary', cut);
      const migration = await migrate(scenario.now, 'west');
      await setLink('dns-secondary', whole);
      expect(migration).toMatchObject({ exitCode: 4 });
      expect(migration.stderr).toContain('127.0.53.12');
      const { phase, steps } = await statusOf(scenario.now);
      expect({ phase, steps: steps.map(({ name }) => name) }).toEqual({ phase: 'refused', steps: ['preflight'] });
      await expectServedBy(scenario.now, 'east');
    },
    RUN_MS,
  );

  test(
    'to the target\'s API server for five seconds while it is staged: the run waits and completes',
    async () => {
      const migration = migrate(scenario.now, 'west');
      await untilStepBegins('west', 'stage-target');
      await setLink('api-west', cut);
      // How long the cut lasts is what is tried.
      await pause(CUT_MS);
      await setLink('api-west', whole);
      expect(await migration).toMatchObject({ exitCode: 0 });
      await expectServedBy(scenario.now, 'west');
    },
    RUN_MS,
  );

  test('nothing was lost on the way', async () => {
    expect(await scenario.now.judge('west')).toMatchObject(nothingLost);
  });
});
