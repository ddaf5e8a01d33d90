import { waitFor } from '../../lab/process/wait.js';
import { temporalPorts } from '../../lab/settings.js';
import { exitCode } from '../../src/cli/exit.js';
import type { Build, Builds } from '../../src/temporal/builds.js';
import { expectServedBy, LAB_MS, nothingLost, RUN_MS, sharedScenario, statusOf, untilStatus } from './support/in-lab.js';
import { cliOutputs, encodings, expectNoSecret, filesHolding, histories, journalFiles, lines, temporalFiles } from './support/secrets.js';
import { SecondBuild } from './support/second-build.js';

/** A text that stands in the reason, and so in the input, the memo, the summary, the details and the status of the run. */
const PLANTED = 'a-planted-text-for-the-search';

describe('An upgrade of the control worker while a run rests, with sealed payloads', () => {
  const second = new SecondBuild();
  // Before the lab's own end, which removes the record of what runs.
  afterAll(() => second.stop(), LAB_MS);
  const scenario = sharedScenario({ sealed: true });
  const outputs = cliOutputs();
  let old = '';

  afterAll(() => second.remove());

  const builds = async (): Promise<readonly Build[]> => (JSON.parse((await scenario.now.try(['workers', '-o', 'json'])).stdout) as Builds).builds;

  test(
    'the run stays with the build that began it and is answered by it; what is new begins on the new build',
    async () => {
      expect(outputs.keep(await scenario.now.try(['migrate', 'orders', '--to', 'west', '--reason', PLANTED, '--no-wait']))).toMatchObject({ exitCode: exitCode.ok });
      expect(outputs.keep(await scenario.now.try(['pause', 'orders', '--reason', 'a new release']))).toMatchObject({ exitCode: exitCode.ok });
      await untilStatus(scenario.now, 'the run to pause', (status) => status.phase === 'paused');
      old = (await builds()).find((build) => build.isCurrent)?.buildId ?? '';
      await second.start();
      // Its first poll comes after it said that it is ready.
      const now = await waitFor(async () => {
        const all = await builds();
        return all.some((build) => build.buildId !== old && build.workers.length > 0) ? all : undefined;
      }, { what: 'the new build to poll', deadlineMs: 30_000 });
      expect(now.find((build) => build.isCurrent)).toMatchObject({ openRuns: [], workers: [expect.any(String)] });
      expect(now.find((build) => !build.isCurrent)).toMatchObject({ buildId: old, openRuns: ['changeover/orders'], workers: [expect.any(String)] });
      expect(await statusOf(scenario.now)).toMatchObject({ phase: 'paused', reason: PLANTED });
      // A preflight is a workflow of its own: it begins on the current build and finds the run at work.
      expect((await scenario.now.try(['preflight', 'orders', '--to', 'west'])).exitCode).toBe(exitCode.refused);
      expect(second.log).toContain('changeover-check/');
    },
    RUN_MS,
  );

  test('a build with an open run is not retired, and every reason is said', async () => {
    const refused = await scenario.now.try(['workers', '--retire', old]);
    expect(refused.exitCode).toBe(exitCode.refused);
    expect(refused.stderr).toContain('The run changeover/orders is open and stays with it');
    expect(refused.stderr).toContain('stop that worker');
    expect((await builds()).map((build) => build.buildId)).toContain(old);
  });

  test(
    'the old build started again serves its run to the end and takes no new ones',
    async () => {
      const times = scenario.now.worker.readyTimes();
      scenario.now.worker.killHard();
      await scenario.now.worker.awaitReady(times + 1);
      expect((await builds()).find((build) => build.isCurrent)?.buildId).not.toBe(old);
      expect(outputs.keep(await scenario.now.try(['resume', 'orders', '--reason', 'the release is out']))).toMatchObject({ exitCode: exitCode.ok });
      await untilStatus(scenario.now, 'the run to end', (status) => status.endedAt !== null);
      expect(await statusOf(scenario.now)).toMatchObject({ phase: 'completed' });
      await expectServedBy(scenario.now, 'west');
      expect((await builds()).flatMap((build) => build.openRuns)).toEqual([]);
    },
    RUN_MS,
  );

  test('the worker has counted the run once, its outage and its steps', async () => {
    const text = await (await fetch(`http://127.0.0.1:${temporalPorts.metrics}/metrics`)).text();
    const value = (name: RegExp) => Number(text.split('\n').find((line) => name.test(line))?.split(' ').at(-1));
    expect(value(/^changeover_runs_total\{.*outcome="completed"/)).toBe(1);
    expect(value(/^changeover_outage_seconds_count\{/)).toBe(1);
    expect(value(/^changeover_step_seconds_count\{.*outcome="done".*step="swap-roles"/)).toBe(1);
    expect(value(/^changeover_replication_behind_seconds\{.*site="east"/)).toBeGreaterThanOrEqual(0);
  });

  test('the worker\'s log is JSON with run, step and site', () => {
    const entries = scenario.now.worker.log.split('\n').filter((line) => line !== '').map((line) => JSON.parse(line) as Readonly<Record<string, unknown>>);
    expect(entries).toContainEqual(expect.objectContaining({ step: 'swap-roles', unit: 'orders', run: expect.stringMatching(/^orders-/) }));
    expect(entries).toContainEqual(expect.objectContaining({ site: 'east', step: 'offline-source', run: expect.stringMatching(/^orders-/) }));
  });

  test('nothing that the run said stands in Temporal, and no secret anywhere', async () => {
    outputs.keep(await scenario.now.try(['status', 'orders', '-o', 'json']));
    const forms = encodings(PLANTED);
    const history = await histories();
    expect(filesHolding(temporalFiles(), forms)).toEqual([]);
    expect(lines(history, forms)).toEqual([]);
    // The search itself is tried: activity ids are never sealed, and the people's own copies are readable.
    expect(filesHolding(temporalFiles(), encodings('capture-application/'))).not.toEqual([]);
    expect(lines(outputs.all(), [PLANTED])).not.toEqual([]);
    expect(filesHolding(journalFiles(), forms)).not.toEqual([]);
    await expectNoSecret([...temporalFiles(), ...journalFiles(), scenario.now.worker.logFile, second.logFile], { history, command: outputs.all() });
  });

  test('nothing was lost on the way', async () => {
    expect(await scenario.now.judge('west')).toMatchObject(nothingLost);
  });
});
