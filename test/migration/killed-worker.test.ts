import { faultComponent } from '../../lab/fault.js';
import { waitFor } from '../../lab/process/wait.js';
import { killWorkerAt, nextStepAfter, type Death } from '../../lab/scenario/deaths.js';
import { labSettings, siteNames, type SiteName } from '../../lab/settings.js';
import type { Status } from '../../src/domain/status.js';
import { changedByFirst } from './support/first-worker.js';
import { expectServedBy, migrate, nothingLost, ownershipAt, RUN_MS, setVvr, sharedScenario, statusOf, untilStepBegins } from './support/in-lab.js';
import { Overlap, type Standstill } from './support/overlap.js';
import { untilConditions } from './support/plan.js';
import { commandAtWork, roleCommands } from './support/roles.js';

/** From the kill to the next thing that the run has done, seconds, the start of a new worker included. */
const PROGRESS_S = 10;

describe('What is killed or stands still in the middle of a run', () => {
  const scenario = sharedScenario({ commandTimeoutMs: 2_000, outageBudgetMs: 120_000, settings: { ...labSettings(), ttlSeconds: 1, audit: true } });

  /** From where the application runs now. */
  const direction = async (): Promise<{ readonly from: SiteName; readonly to: SiteName }> => {
    const { writer } = await ownershipAt('east');
    return writer === 'east' ? { from: 'east', to: 'west' } : { from: 'west', to: 'east' };
  };

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

  describe('is an attempt that another overtakes, and when it goes on it does nothing', () => {
    const overlap = new Overlap(scenario.now);
    const env = overlap.second.env;
    beforeEach(() => overlap.second.prepare());
    afterEach(() => overlap.end(), RUN_MS);

    const asked = (to: SiteName, ...more: readonly string[]) => scenario.now.try(['migrate', 'orders', '--to', to, '--reason', 'two attempts of one step', ...more], { env });
    const untilPhase = (phase: string) =>
      waitFor(async () => (JSON.parse((await scenario.now.try(['status', 'orders', '-o', 'json'], { env })).stdout) as Status).phase === phase, { what: `the run to be ${phase}`, deadlineMs: RUN_MS });

    test(
      'before the outage, in stage-target',
      async () => {
        const { from, to } = await direction();
        const run = asked(to, '--approver', 'ann');
        const still: Standstill = { site: to, step: 'stage-target', after: { site: from, step: 'capture-application' }, record: ({ turns }) => turns['stage-target'] !== undefined };
        await overlap.secondTakes(still, await overlap.firstStandsStill(still));
        await untilPhase('waiting');
        const since = await overlap.firstGoesOn(still);
        expect(changedByFirst(since)).toEqual([]);
        expect(await scenario.now.try(['cancel', 'orders', '--reason', 'it was about the two'], { env })).toMatchObject({ exitCode: 0 });
        expect(await run).toMatchObject({ exitCode: 5 });
        await expectServedBy(scenario.now, from);
      },
      3 * RUN_MS,
    );

    test(
      'inside it, in offline-source, while the newer attempt is at work',
      async () => {
        const { from, to } = await direction();
        const kubelets = (fault: 'pause' | 'resume') => Promise.all([1, 2].map((node) => faultComponent(fault, `kubelet-${node}-${from}`)));
        const run = asked(to);
        const still: Standstill = { site: from, step: 'offline-source', after: { site: to, step: 'stage-target' }, record: ({ turns, writer }) => turns['offline-source'] !== undefined && writer === null };
        const older = await overlap.firstStandsStill(still);
        // The application does not stop, so that the newer attempt waits for it.
        await kubelets('pause');
        await overlap.secondTakes(still, older);
        const since = await overlap.firstGoesOn(still);
        expect(changedByFirst(since)).toEqual([]);
        expect(await ownershipAt(from)).toMatchObject({ phase: 'offline', writer: null });
        await kubelets('resume');
        expect(await run).toMatchObject({ exitCode: 0 });
        await expectServedBy(scenario.now, to);
      },
      3 * RUN_MS,
    );

    test(
      'at the line, in swap-roles, while the command of the newer attempt is at work: the storage is given one command',
      async () => {
        const { from, to } = await direction();
        const before = roleCommands(from).length;
        const run = asked(to);
        const still: Standstill = { site: from, step: 'swap-roles', after: { site: from, step: 'offline-source' }, record: ({ phase }) => phase === 'crossing' };
        const older = await overlap.firstStandsStill(still);
        await setVvr(from, { migrateHang: true });
        await overlap.secondTakes(still, older);
        await waitFor(() => commandAtWork(from), { what: 'the command of the newer attempt', deadlineMs: RUN_MS });
        const since = await overlap.firstGoesOn(still);
        expect(changedByFirst(since)).toEqual([]);
        await setVvr(from, { migrateHang: false });
        expect(await run).toMatchObject({ exitCode: 0 });
        // A pod that is not at the log owner says so (17) and does nothing.
        expect(roleCommands(from).slice(before).filter((command) => !command.endsWith(': 17'))).toEqual([expect.stringMatching(/ migrate .*: 0$/)]);
        await expectServedBy(scenario.now, to);
      },
      3 * RUN_MS,
    );
  });

  test(
    'is the name server, the controller and an API server, all in one run: it goes on and ends right',
    async () => {
      const again = (id: string): Promise<string> => waitFor(() => faultComponent('restart', id), { what: `${id} to start again`, deadlineMs: 30_000, intervalMs: 200 });
      const { from, to } = await direction();
      await scenario.now.controller.begin();
      const migration = migrate(scenario.now, to);
      await untilStepBegins(to, 'stage-target');
      scenario.now.controller.killHard();
      await untilStepBegins(from, 'offline-source');
      await again(`apiserver-${from}`);
      await untilStepBegins(to, 'activate-target');
      await again('named-primary');
      expect(await migration).toMatchObject({ exitCode: 0 });
      for (const site of siteNames) {
        await untilConditions(site, `ready, with ${to}`, ({ Ready }, plan) => Ready?.status === 'True' && (plan['status'] as { primaryCluster?: string }).primaryCluster === to);
        expect(await ownershipAt(site)).toMatchObject({ writer: to, run: null, phase: 'free' });
      }
      await scenario.now.load.awaitMore(20, 20_000);
    },
    3 * RUN_MS,
  );

  test('nothing was lost on the way', async () => {
    expect(await scenario.now.judge()).toMatchObject(nothingLost);
  });
});
