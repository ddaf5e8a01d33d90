import { setSchedulable } from '../../lab/scenario/application.js';
import { assessed, recoverAsSeen, recoverRecommended, reset, runPrintedLines, stopTemporal, terminate } from './support/lost-run.js';
import { expectServedBy, migrate, nothingLost, ownershipAt, RUN_MS, setVvr, sharedScenario, statusOf, untilStatus, untilStepBegins } from './support/in-lab.js';

describe('A run whose workflow is gone', () => {
  const scenario = sharedScenario({ commandTimeoutMs: 2_000 });

  /** Nobody watches the run: whoever did would wait for Temporal. */
  async function begin(to: 'east' | 'west', ...more: readonly string[]): Promise<void> {
    await scenario.now.run(['migrate', 'orders', '--to', to, '--reason', `to ${to}`, '--no-wait', ...more]);
  }

  /** A run that stands in its outage before the line, as long as replication pauses. */
  async function inOutage(from: 'east' | 'west', to: 'east' | 'west'): Promise<void> {
    await setVvr(from, { pauseReplication: true });
    await begin(to);
    await untilStepBegins(from, 'drain-replication');
  }

  /** A run that stands behind the line, as long as no node at its target takes pods. */
  async function behindTheLine(to: 'east' | 'west'): Promise<void> {
    await setSchedulable(to, false);
    await begin(to, '--override', 'nodes-have-room=it is made so on purpose');
    await untilStatus(scenario.now, 'the target to be started in vain', ({ line, steps }) => line === 'after' && steps.some(({ name, state }) => name === 'activate-target' && state === 'running'));
  }

  test(
    'terminated while the application serves is undone; before that it is not taken for lost',
    async () => {
      await begin('west', '--approver', 'ann');
      await untilStatus(scenario.now, 'the run to wait for its approval', ({ phase }) => phase === 'waiting');
      expect(await scenario.now.try(['recover', 'orders', '--way', 'undo', '--reason', 'too early'])).toMatchObject({ stderr: expect.stringContaining('A run of orders is open') });
      await terminate();
      expect(await assessed(scenario.now)).toMatchObject({ procedure: 'planned-migration', source: 'east', target: 'west', advice: { kind: 'open', ways: ['undo'] } });
      await recoverRecommended(scenario.now);
      expect(await statusOf(scenario.now)).toMatchObject({ phase: 'undone', writer: 'east', debts: [] });
      await expectServedBy(scenario.now, 'east');
    },
    RUN_MS,
  );

  test(
    'terminated in its outage is undone, and the application serves at its source',
    async () => {
      await inOutage('east', 'west');
      await terminate();
      await setVvr('east', { pauseReplication: false });
      await recoverRecommended(scenario.now);
      expect(await statusOf(scenario.now)).toMatchObject({ phase: 'undone', writer: 'east', debts: [] });
      await expectServedBy(scenario.now, 'east');
    },
    RUN_MS,
  );

  test(
    'reset to its last step in its outage goes on from there; reset to its beginning it refuses to begin again and says so, and is undone',
    async () => {
      await inOutage('east', 'west');
      const { run } = await statusOf(scenario.now);
      await reset('last');
      await untilStatus(scenario.now, 'the run to stand in its outage again', ({ steps }) => steps.some(({ name, state }) => name === 'drain-replication' && state === 'running'));
      await reset('first');
      const { refusals } = await untilStatus(scenario.now, 'the run to refuse', ({ phase }) => phase === 'refused');
      expect(refusals).toEqual([expect.stringMatching(/^Run \S+ itself holds orders on east and west already: its workflow was reset .* changeover recover orders$/)]);
      await setVvr('east', { pauseReplication: false });
      await expect(recoverAsSeen('orders-0', 'undo')).rejects.toThrow(`The records name run ${run}, not orders-0. Nothing was changed.`);
      await expect(recoverAsSeen(run, 'forward')).rejects.toThrow('The way forward is not open as the roles are; open: undo. Nothing was changed.');
      await recoverAsSeen(run, 'undo');
      await untilStatus(scenario.now, 'the run to be undone', ({ phase, debts }) => phase === 'undone' && debts.length === 0);
      await expectServedBy(scenario.now, 'east');
    },
    RUN_MS,
  );

  test(
    'terminated behind the line goes forward, and the application serves at the target',
    async () => {
      await behindTheLine('west');
      await terminate();
      await setSchedulable('west', true);
      expect(await assessed(scenario.now)).toMatchObject({ advice: { kind: 'open', ways: ['forward', 'turn-back'] } });
      await recoverRecommended(scenario.now);
      await expectServedBy(scenario.now, 'west');
    },
    RUN_MS,
  );

  test(
    'in its outage, with Temporal and the worker off: the printed lines alone bring the service back; an empty Temporal gives the rest back later',
    async () => {
      await inOutage('west', 'east');
      const startAgain = await stopTemporal();
      await scenario.now.worker.stop();
      await setVvr('west', { pauseReplication: false });
      const lines = await runPrintedLines(scenario.now, 'west');
      expect(lines).not.toContain('nsupdate');
      await scenario.now.load.awaitMore(20, 20_000);
      expect(await ownershipAt('west')).toMatchObject({ writer: 'west', phase: 'undoing' });
      await startAgain('lost');
      await scenario.now.worker.start();
      expect(await assessed(scenario.now)).toMatchObject({ procedure: 'planned-migration', source: 'west', target: 'east', advice: { kind: 'open', ways: ['undo'] } });
      await recoverRecommended(scenario.now);
      await expectServedBy(scenario.now, 'west');
    },
    2 * RUN_MS,
  );

  test(
    'behind the line, with Temporal and the worker off: the printed lines alone bring the service to the target; an empty Temporal does the rest later',
    async () => {
      await setVvr('west', { migrateHang: true });
      await begin('east');
      await untilStatus(scenario.now, 'the run to be held in the crossing', ({ phase, line }) => phase === 'held' && line === 'crossing');
      const startAgain = await stopTemporal();
      await scenario.now.worker.stop();
      // The command goes on, and nobody of ours sees what becomes of it.
      await setVvr('west', { migrateHang: false });
      const lines = await runPrintedLines(scenario.now, 'east');
      expect(lines).toContain('nsupdate');
      await scenario.now.load.awaitMore(20, 20_000);
      expect(await ownershipAt('east')).toMatchObject({ writer: 'east', phase: 'forward' });
      await startAgain('lost');
      await scenario.now.worker.start();
      expect(await assessed(scenario.now)).toMatchObject({ advice: { kind: 'open', ways: ['forward', 'turn-back'] } });
      await recoverRecommended(scenario.now);
      await expectServedBy(scenario.now, 'east');
    },
    2 * RUN_MS,
  );

  test(
    'behind the line, reset to its beginning and then lost with Temporal\'s database, goes forward, and the application serves at the target',
    async () => {
      await behindTheLine('west');
      await reset('first');
      await untilStatus(scenario.now, 'the run to refuse', ({ phase }) => phase === 'refused');
      await (await stopTemporal())('lost');
      await setSchedulable('west', true);
      expect(await assessed(scenario.now)).toMatchObject({ procedure: 'planned-migration', source: 'east', target: 'west', advice: { kind: 'open', ways: ['forward', 'turn-back'] } });
      await recoverRecommended(scenario.now);
      await expectServedBy(scenario.now, 'west');
    },
    2 * RUN_MS,
  );

  test(
    'leaves nothing in the way of the next one, and nothing was lost',
    async () => {
      expect(await migrate(scenario.now, 'east')).toMatchObject({ exitCode: 0 });
      await expectServedBy(scenario.now, 'east');
      expect(await scenario.now.judge('east')).toMatchObject(nothingLost);
    },
    RUN_MS,
  );
});
