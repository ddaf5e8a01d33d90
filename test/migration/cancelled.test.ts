import { labSettings } from '../../lab/settings.js';
import { picture } from './support/picture.js';
import { expectServedBy, migrate, nothingLost, RUN_MS, setVvr, sharedScenario, statusOf, untilStepBegins } from './support/in-lab.js';

describe('A run that is cancelled before the line', () => {
  // Another TTL than the short one of a run, so that its return can be seen.
  const scenario = sharedScenario({ settings: { ...labSettings(), ttlSeconds: 3 } });

  test.each(['stage-target', 'drain-replication'])(
    'in the middle of %s leaves everything as it was, and the application serves at its source',
    async (step) => {
      const before = await picture();
      await setVvr('east', { pauseReplication: step === 'drain-replication' });
      const migration = migrate(scenario.now, 'west');
      await untilStepBegins(step === 'stage-target' ? 'west' : 'east', step);
      const cancelled = await scenario.now.try(['cancel', 'orders', '--reason', 'second thoughts']);
      expect(cancelled).toMatchObject({ exitCode: 0 });
      expect(await migration).toMatchObject({ exitCode: 5 });
      await setVvr('east', { pauseReplication: false });
      expect(await statusOf(scenario.now)).toMatchObject({ phase: 'undone', line: 'before', writer: 'east', debts: [], decisions: [{ kind: 'cancel', reason: 'second thoughts' }] });
      await expectServedBy(scenario.now, 'east');
      const after = await picture();
      // At the target only what stands for the replicated volumes may stay, and its volumes are safe from deletion.
      const { claims, volumes, namespaces } = after.west;
      expect(after).toEqual({ ...before, west: { ...before.west, claims, volumes, namespaces } });
      expect(volumes.map(({ spec }) => spec['persistentVolumeReclaimPolicy'])).toEqual(['Retain', 'Retain']);
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
