import { appendFileSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { Worker } from '@temporalio/worker';
import { historyFromJSON } from '@temporalio/common/lib/proto-utils.js';
import { repositoryRoot, scopeFolder } from '../../lab/paths.js';
import { runningRecord } from '../../lab/process/component.js';
import { stopComponent } from '../../lab/process/stop.js';
import { waitFor } from '../../lab/process/wait.js';
import { exitCode } from '../../src/cli/exit.js';
import type { RunRecord, Verdict } from '../../src/client/record.js';
import type { Fact } from '../../src/domain/record/fact.js';
import { allOf, lastOf, type PastRun } from '../../src/domain/record/past-run.js';
import type { Status } from '../../src/domain/status.js';
import { SmallDisk } from '../harness/small-disk.js';
import { expectServedBy, LAB_MS, migrate, nothingLost, ownershipAt, RUN_MS, sharedScenario, statusOf, untilStatus, untilStepBegins } from './support/in-lab.js';
import { JournalCopy } from './support/journal-copy.js';
import { cliOutputs, expectNoSecret, journalFiles } from './support/secrets.js';

/** What the SDK says of each history, replayed on the bundle that made it. */
async function replayed(histories: Parameters<typeof Worker.runReplayHistories>[1]): Promise<readonly string[]> {
  const said: string[] = [];
  for await (const { error } of Worker.runReplayHistories({ workflowBundle: { codePath: join(repositoryRoot(), 'dist', 'workflow-bundle.js') } }, histories)) said.push(error === undefined ? 'replayed' : String(error));
  return said;
}

/** The keeper looks each minute. */
const KEEPER_MS = 240_000;
const DISK_KIB = 32 * 1024;

describe('The record of runs, on a disk with little room', () => {
  const scenario = sharedScenario();
  const outputs = cliOutputs();
  /** Mounted elsewhere, so that the lab can remove its own folder whatever happens here. */
  const disk = new SmallDisk(DISK_KIB);
  const journal = join(disk.folder, 'journal');
  const exported = join(disk.folder, 'exported');
  let refused = '';
  let there = '';
  let back = '';

  beforeAll(() => {
    mkdirSync(journal);
    rmSync(join(scopeFolder('product'), 'journal'), { recursive: true, force: true });
    symlinkSync(journal, join(scopeFolder('product'), 'journal'));
  }, LAB_MS);
  afterAll(() => disk.remove());

  const changeover = async (...args: readonly string[]) => outputs.keep(await scenario.now.try(args));
  const answer = async <T>(...args: readonly string[]): Promise<T> => JSON.parse((await changeover(...args, '-o', 'json')).stdout) as T;
  const recordOf = (run: string): Promise<RunRecord> => answer<RunRecord>('audit', 'show', run);
  const verified = (...args: readonly string[]): Promise<Verdict> => answer<Verdict>('audit', 'verify', ...args);
  const stepsOf = (facts: readonly Fact[]) => facts.flatMap((fact) => (fact.kind === 'step' ? [`${fact.name} ${fact.state}`] : []));
  const untilOver = (run: string): Promise<Status> => untilStatus(scenario.now, `${run} to end`, (status) => status.run === run && status.endedAt !== null);
  const page = (run: string, format: 'html' | 'markdown'): string => readFileSync(join(exported, `${run}.${format}`), 'utf8');

  test(
    'a planned run that cannot be recorded does not begin',
    async () => {
      const before = await ownershipAt('east');
      disk.fill();
      const { exitCode: code, stderr } = outputs.keep(await migrate(scenario.now, 'west').finally(() => disk.free()));
      expect({ code, stderr }).toEqual({ code: exitCode.refused, stderr: expect.stringMatching(/cannot be recorded, and must be before anything is changed: .*the disk is full \(ENOSPC\)/) });
      ({ run: refused } = await statusOf(scenario.now));
      expect(await ownershipAt('east')).toEqual(before);
      await expectServedBy(scenario.now, 'east');
      expect(readdirSync(journal)).toEqual([]);
    },
    RUN_MS,
  );

  test(
    'a run whose worker was killed in the middle stands there with each step once, and with what its people decided and could not',
    async () => {
      const begun = await answer<{ run: string }>('migrate', 'orders', '--to', 'west', '--reason', 'to west', '--no-wait');
      there = begun.run;
      expect(await changeover('pause', 'orders', '--reason', 'a look first')).toMatchObject({ exitCode: exitCode.ok });
      await untilStatus(scenario.now, 'the run to pause', ({ phase }) => phase === 'paused');
      const rejected = await changeover('retry', 'orders', '--reason', 'I think so');
      expect(rejected).toMatchObject({ exitCode: exitCode.refused, stderr: expect.stringContaining('retry is not possible now') });
      expect(rejected.stderr).not.toContain('not in the record');
      expect(await changeover('resume', 'orders', '--reason', 'all is well')).toMatchObject({ exitCode: exitCode.ok });
      await untilStepBegins('east', 'offline-source');
      scenario.now.worker.killHard();
      const { steps } = await untilOver(there);
      await expectServedBy(scenario.now, 'west');
      const { entries, ok, summary } = await recordOf(there);
      const facts = entries.map(({ fact }) => fact);
      expect({ ok, summary }).toMatchObject({ ok: true, summary: { outcome: 'completed', source: 'east', target: 'west', debts: [] } });
      // A run that rested checks again, as often as it must; everything else happens once.
      const once = (all: readonly string[]) => all.filter((step) => step !== 'recheck done').toSorted();
      expect(once(stepsOf(facts))).toEqual(once(steps.map(({ name, state }) => `${name} ${state}`)));
    },
    2 * RUN_MS,
  );

  test(
    'once the outage has begun a full disk stops nothing: the run goes on and says so, and everything stands there when there is room',
    async () => {
      const migration = migrate(scenario.now, 'east');
      await untilStepBegins('west', 'offline-source');
      back = (await ownershipAt('west')).run ?? '';
      appendFileSync(join(journal, 'runs', `${back}.jsonl`), '{"digest":"0123456789abcdef","entry":{"at":"2026');
      disk.fill();
      const told = await untilStatus(scenario.now, 'the run to say that its record waits', ({ unrecorded }) => unrecorded !== null).catch((error: unknown) => {
        disk.free();
        throw error;
      });
      expect(told).toMatchObject({ run: back, line: 'after', unrecorded: { why: expect.stringContaining('the disk is full') } });
      disk.free();
      expect(outputs.keep(await migration)).toMatchObject({ exitCode: exitCode.ok });
    },
    2 * RUN_MS,
  );

  test(
    'the keeper writes what the refused run could not, and exports every history; the exported ones replay',
    async () => {
      await waitFor(async () => {
        const runs = await answer<readonly PastRun[]>('history');
        const kept = await Promise.all(runs.map(async ({ run }) => allOf((await recordOf(run)).entries, 'history-exported').length > 0));
        return runs.length === 3 && kept.every((one) => one);
      }, { what: 'all histories to be exported', deadlineMs: KEEPER_MS - 30_000, intervalMs: 2_000 });
      expect(await answer('history', 'orders')).toMatchObject([{ run: back, outcome: 'completed' }, { run: there, outcome: 'completed', outageSeconds: expect.any(Number) }, { run: refused, outcome: 'refused', outageSeconds: null }]);
      expect(await verified()).toMatchObject({ ok: true, findings: [] });
      for (const run of [refused, there, back]) expect(await changeover('audit', 'export', run, '--folder', join(exported, run))).toMatchObject({ exitCode: exitCode.ok });
      const histories = [refused, there, back].map((run) => ({ workflowId: 'changeover/orders', history: historyFromJSON(JSON.parse(readFileSync(join(exported, run, `${run}.history.json`), 'utf8')) as object) }));
      expect(await replayed(histories)).toEqual(['replayed', 'replayed', 'replayed']);
      // The replay itself is tried: a history that tells something else is found out.
      const text = readFileSync(join(exported, there, `${there}.history.json`), 'utf8');
      const forged = { workflowId: 'changeover/orders', history: historyFromJSON(JSON.parse(text.replaceAll('"ensureClaimed"', '"ensureForgotten"')) as object) };
      expect(await replayed([forged])).toEqual([expect.stringMatching(/determinism/i)]);
    },
    KEEPER_MS,
  );

  test('nothing was lost on the way', async () => {
    expect(await scenario.now.judge('east')).toMatchObject(nothingLost);
  }, RUN_MS);

  test(
    'without Temporal everything can be read, verified and reported',
    async () => {
      const temporal = runningRecord({ scope: 'temporal', name: 'temporal' });
      if (temporal === undefined) throw new Error('Temporal does not run');
      await stopComponent(temporal);
      expect((await changeover('status', 'orders')).exitCode).toBe(exitCode.unreachable);
      expect((await changeover('history', 'orders')).stdout).toMatch(new RegExp(`${there}  orders east → west  completed  outage [\\d.]+ s  lab: to west`));
      expect(await verified(there)).toMatchObject({ ok: true, findings: [] });
      for (const format of ['html', 'markdown'] as const) expect(await changeover('report', there, '--format', format, '--out', join(exported, `${there}.${format}`))).toMatchObject({ exitCode: exitCode.ok });
      const { summary, entries, ledgerHead } = await recordOf(there);
      const digests = [summary.head.digest, ledgerHead.digest, lastOf(entries, 'plan')?.digest ?? 'none', lastOf(entries, 'history-exported')?.digest ?? 'none'];
      for (const format of ['html', 'markdown'] as const) {
        for (const said of ['orders: east → west', 'a look first', 'I think so', 'swap-roles', 'vradmin', `outage`, ...digests]) expect(page(there, format)).toContain(said);
      }
      expect(page(there, 'html')).toMatch(/<svg[\s\S]*class="outage"/);
      expect(page(there, 'html')).not.toMatch(/<script|<link|<img|<iframe|\bsrc=|\bhref=|url\(|@import/i);
    },
    RUN_MS,
  );

  test('no secret stands in the record, the exported histories, the reports or what the command printed', async () => {
    expect(journalFiles().length).toBeGreaterThan(5);
    await expectNoSecret([...journalFiles(), join(exported, `${there}.html`), join(exported, `${there}.markdown`)], { printed: outputs.all() });
  });

  const tamperings: readonly (readonly [fault: string, spoil: (copy: JournalCopy, run: string) => void])[] = [
    ['edited', (copy, run) => copy.change(copy.runFile(`${run}.jsonl`), (lines) => lines.map((line) => line.replace('"reason":"to west"', '"reason":"to fest"')))],
    ['reordered', (copy, run) => copy.change(copy.runFile(`${run}.jsonl`), (lines) => [...lines.slice(0, 3), ...lines.slice(3, 5).toReversed(), ...lines.slice(5)])],
    ['truncated', (copy, run) => copy.change(copy.runFile(`${run}.jsonl`), (lines) => lines.slice(0, -1))],
    ['unsealed', (copy) => copy.change(copy.ledger, (lines) => lines.slice(0, -1))],
    ['attachment-changed', (copy, run) => appendFileSync(copy.runFile(`${run}.history.json`), ' ')],
  ];

  test.each(tamperings)('what was done to it is named, with an exit code of its own: %s', async (fault, spoil) => {
    const copy = new JournalCopy(journal);
    try {
      spoil(copy, there);
      const { exitCode: code, stdout } = await changeover('audit', 'verify', '--config', copy.config);
      expect({ code, stdout }).toEqual({ code: exitCode.damaged, stdout: expect.stringContaining(`BROKEN ${fault}: `) });
    } finally {
      copy.remove();
    }
  });
});
