import { setSchedulable } from '../../lab/scenario/application.js';
import { expectServedBy, migrate, nothingLost, RUN_MS, sharedScenario, statusOf, untilStatus } from './support/in-lab.js';

describe('A run that turns back', () => {
  const scenario = sharedScenario();

  test(
    'because nothing starts at the target, brings the application home with every write',
    async () => {
      await setSchedulable('west', false);
      const migration = migrate(scenario.now, 'west');
      await untilStatus(scenario.now, 'the target to be started in vain', ({ line, steps }) => line === 'after' && steps.some(({ name, state }) => name === 'activate-target' && state === 'running'));
      expect(await scenario.now.try(['turn-back', 'orders', '--reason', 'no node takes its pods'])).toMatchObject({ exitCode: 0 });
      expect(await migration).toMatchObject({ exitCode: 0 });
      expect(await statusOf(scenario.now)).toMatchObject({ phase: 'completed', procedure: 'turn-back', source: 'west', target: 'east', debts: [] });
      await expectServedBy(scenario.now, 'east');
      await setSchedulable('west', true);
    },
    RUN_MS,
  );

  test(
    'does not stand in the way of the next one',
    async () => {
      expect(await migrate(scenario.now, 'west')).toMatchObject({ exitCode: 0 });
      await expectServedBy(scenario.now, 'west');
      expect(await scenario.now.judge('west')).toMatchObject(nothingLost);
    },
    RUN_MS,
  );
});
