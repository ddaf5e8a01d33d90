import { withApi } from '../../lab/scenario/application.js';
import { labSettings } from '../../lab/settings.js';
import { addAgent, BACK_OFF_MS, letChangeVolumes, removeAgent, startedBehindTheFence, untilAgentReady } from './support/behind-the-fence.js';
import { picture } from './support/picture.js';
import { expectServedBy, migrate, nothingLost, RUN_MS, setVvr, sharedScenario, statusOf, untilStatus, untilStepBegins } from './support/in-lab.js';

/** Someone sets the reclaim policy of a volume at the source. */
async function setPolicy(volume: string, policy: string): Promise<void> {
  await withApi('east', (api) => api.request('PATCH', `/api/v1/persistentvolumes/${volume}`, { value: { spec: { persistentVolumeReclaimPolicy: policy } }, type: 'application/merge-patch+json' }));
}

describe('A run that is cancelled before the line', () => {
  // Another TTL than the short one of a run, so that its return can be seen.
  const scenario = sharedScenario({ settings: { ...labSettings(), ttlSeconds: 3 } });

  test.each(['stage-target', 'freeze-controllers', 'drain-replication'])(
    'in the middle of %s leaves everything as it was, and the application serves at its source',
    async (step) => {
      const before = await picture();
      // Whenever the cancel arrives on a busy machine, the run has not crossed.
      await setVvr('east', { pauseReplication: true });
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
    'leaves what someone else set meanwhile, says so, and gives back the rest',
    async () => {
      const before = await picture();
      const [volume, other] = before.east.volumes.map(({ name }) => name);
      await setVvr('east', { pauseReplication: true });
      const migration = migrate(scenario.now, 'west');
      await untilStepBegins('east', 'drain-replication');
      await setPolicy(volume ?? '', 'Recycle');
      await scenario.now.try(['cancel', 'orders', '--reason', 'third thoughts']);
      expect(await migration).toMatchObject({ exitCode: 5 });
      await setVvr('east', { pauseReplication: false });
      const { steps } = await statusOf(scenario.now);
      const note = steps.find(({ name }) => name === 'protect-volumes')?.note ?? '';
      expect(note).toContain(`PersistentVolume/${volume}: spec.persistentVolumeReclaimPolicy is Recycle, set by someone else during the run, and was left; before the run it was Delete`);
      expect(note).not.toContain(`PersistentVolume/${other}: `);
      await expectServedBy(scenario.now, 'east');
      const { volumes } = (await picture()).east;
      expect(Object.fromEntries(volumes.map(({ name, spec, ours }) => [name, [spec['persistentVolumeReclaimPolicy'], ours]]))).toEqual({ [volume ?? '']: ['Recycle', {}], [other ?? '']: ['Delete', {}] });
      await setPolicy(volume ?? '', 'Delete');
    },
    RUN_MS,
  );

  test(
    'starts at once what the fence kept waiting; what cannot be given back does not stop the rest, is held with the exact list, and is taken up again',
    async () => {
      await addAgent('east');
      const before = await picture();
      await setVvr('east', { pauseReplication: true });
      const migration = migrate(scenario.now, 'west');
      await untilStepBegins('east', 'drain-replication');
      await letChangeVolumes('east', false);
      await startedBehindTheFence('east');
      const denied = performance.now();
      await scenario.now.run(['cancel', 'orders', '--reason', 'fourth thoughts']);
      await scenario.now.load.awaitMore(1, BACK_OFF_MS);
      await untilAgentReady('east');
      // Left alone, both controllers would only now ask again.
      expect(performance.now() - denied).toBeLessThan(BACK_OFF_MS);
      const { held, writer, steps } = await untilStatus(scenario.now, 'the undo to be held', ({ phase }) => phase === 'held');
      expect(held).toMatchObject({ step: 'protect-volumes', code: 'Forbidden', also: ['claim waits'], choices: [{ choice: 'retry' }, { choice: 'skip' }] });
      expect(writer).toBe('east');
      expect(Object.fromEntries(steps.map(({ name, state }) => [name, state]))).toMatchObject({ 'offline-source': 'undone', 'freeze-controllers': 'undone', 'stage-target': 'undone', 'lower-ttl': 'undone', 'protect-volumes': 'undo-failed', claim: 'done' });
      await letChangeVolumes('east', true);
      await setVvr('east', { pauseReplication: false });
      await scenario.now.run(['retry', 'orders', '--deadline', '60', '--reason', 'the right is back']);
      expect(await migration).toMatchObject({ exitCode: 5 });
      expect(await statusOf(scenario.now)).toMatchObject({ phase: 'undone', line: 'before', writer: 'east', debts: [], held: null, decisions: [{ kind: 'cancel' }, { kind: 'retry', step: 'protect-volumes', seconds: 60 }] });
      await expectServedBy(scenario.now, 'east');
      await removeAgent('east');
      expect((await picture()).east).toEqual(before.east);
    },
    2 * RUN_MS,
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
