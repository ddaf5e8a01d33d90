import { faultComponent } from '../../lab/fault.js';
import { setLink } from '../../lab/links/links.js';
import { waitFor } from '../../lab/process/wait.js';
import { killWorkerAt, nextStepAfter, type Death } from '../../lab/scenario/deaths.js';
import { labSettings, siteNames, sites, type SiteName } from '../../lab/settings.js';
import { expectServedBy, LAB_MS, migrate, nothingLost, ownershipAt, RUN_MS, sharedScenario, statusOf, untilStatus, untilStepBegins } from './support/in-lab.js';
import { untilConditions } from './support/plan.js';
import { changedByFirst, SecondWorker } from './support/second-worker.js';

/** From the kill to the next thing that the run has done, seconds, the start of a new worker included. */
const PROGRESS_S = 10;
const slow = { mode: 'slow', latencyMs: 250 } as const;
const whole = { mode: 'ok', latencyMs: 0 } as const;
const again = (id: string): Promise<string> => waitFor(() => faultComponent('restart', id), { what: `${id} to start again`, deadlineMs: 20_000, intervalMs: 200 });

describe('What is killed or stands still in the middle of a run', () => {
  const second = new SecondWorker();
  // Before the lab's own end, which removes the record of what runs.
  afterAll(() => second.stop(), LAB_MS);
  const scenario = sharedScenario({ commandTimeoutMs: 2_000, settings: { ...labSettings(), ttlSeconds: 1, audit: true } });

  /** From where the application runs now. */
  const direction = async (): Promise<{ readonly from: SiteName; readonly to: SiteName }> => {
    const from = (await ownershipAt('east')).writer === 'east' ? 'east' : 'west';
    return { from, to: sites[from].peer };
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

  describe('is an attempt that another overtakes', () => {
    /** The first worker stands still right after it took the step's turn; a second one takes the step. Returns the turn of the older attempt. */
    const overtaken = async (step: string, at: { site: SiteName; previous: { step: string; site: SiteName } }): Promise<number> => {
      await untilStepBegins(at.previous.site, at.previous.step);
      await setLink(`api-${at.site}`, slow);
      await untilStepBegins(at.site, step);
      process.kill(scenario.now.worker.pid ?? 0, 'SIGSTOP');
      await setLink(`api-${at.site}`, whole);
      const older = (await ownershipAt(at.site)).turns[step] ?? 0;
      await second.start();
      await waitFor(async () => ((await ownershipAt(at.site)).turns[step] ?? 0) > older, { what: `another attempt of ${step}`, deadlineMs: 30_000 });
      return older;
    };
    /** The first worker goes on; waits until it has given the step up, and tells what it changed meanwhile. */
    const awake = async (step: string, site: SiteName): Promise<readonly string[]> => {
      const said = scenario.now.worker.log.length;
      const since = Date.now();
      process.kill(scenario.now.worker.pid ?? 0, 'SIGCONT');
      await waitFor(async () => new RegExp(`activityId=${step}/.* error=`).test(scenario.now.worker.log.slice(said)), { what: `the older attempt of ${step} to give up`, deadlineMs: 30_000 });
      return changedByFirst(site, since);
    };

    test(
      'before the outage: the older one does nothing when it goes on',
      async () => {
        const { from, to } = await direction();
        const migration = migrate(scenario.now, to);
        await overtaken('stage-target', { site: to, previous: { step: 'copy-snapshot', site: from } });
        expect(await scenario.now.try(['pause', 'orders', '--reason', 'two attempts of one step'])).toMatchObject({ exitCode: 0 });
        await untilStatus(scenario.now, 'the run to pause', ({ phase }) => phase === 'paused');
        expect(await awake('stage-target', to)).toEqual([]);
        expect(await scenario.now.try(['resume', 'orders', '--reason', 'one has given up'])).toMatchObject({ exitCode: 0 });
        expect(await migration).toMatchObject({ exitCode: 0 });
        await second.stop();
        await expectServedBy(scenario.now, to);
      },
      // The heartbeat timeout and the start of a second worker come on top.
      2 * RUN_MS,
    );

    test(
      'inside the outage, while the newer one is still at work: the older one does nothing when it goes on',
      async () => {
        const { from, to } = await direction();
        const migration = migrate(scenario.now, to);
        await untilStepBegins(from, 'freeze-controllers');
        for (const node of [1, 2]) await faultComponent('pause', `kubelet-${node}-${from}`);
        await overtaken('offline-source', { site: from, previous: { step: 'freeze-controllers', site: from } });
        expect(await awake('offline-source', from)).toEqual([]);
        expect((await statusOf(scenario.now)).steps.find(({ name }) => name === 'offline-source')).toMatchObject({ state: 'running' });
        for (const node of [1, 2]) await faultComponent('resume', `kubelet-${node}-${from}`);
        expect(await migration).toMatchObject({ exitCode: 0 });
        await second.stop();
        await expectServedBy(scenario.now, to);
      },
      2 * RUN_MS,
    );
  });

  test(
    'the name server, the controller and an API server: the run goes on and ends right',
    async () => {
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
    RUN_MS,
  );

  test('nothing was lost on the way', async () => {
    expect(await scenario.now.judge((await direction()).from)).toMatchObject(nothingLost);
  });
});
