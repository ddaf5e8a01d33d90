import { jest } from '@jest/globals';
import { execFile } from 'node:child_process';
import { ensureComponents } from '../../lab/components/ensure.js';
import { silent } from '../../lab/progress.js';
import { temporalPorts } from '../../lab/settings.js';
import { exitCode } from '../../src/cli/exit.js';
import { expectServedBy, nothingLost, RUN_MS, sharedScenario, statusOf, untilStatus } from './support/in-lab.js';

/** A run that waits for an approval, and people who decide with Temporal's own client. */
jest.setTimeout(RUN_MS);
const scenario = sharedScenario();
let temporalProgram = '';
beforeAll(async () => {
  temporalProgram = (await ensureComponents(silent)).temporal;
}, RUN_MS);

/** What the real `temporal` says and how it ends. */
async function temporal(verb: readonly string[], input: object): Promise<{ ok: boolean; said: string }> {
  const where = ['-w', 'changeover/orders', '--name', 'decide', '--address', `127.0.0.1:${temporalPorts.grpc}`];
  return new Promise((resolve) => {
    execFile(temporalProgram, ['workflow', ...verb, ...where, '--input', JSON.stringify(input)], (error, stdout, stderr) => resolve({ ok: error === null, said: `${stdout}${stderr}` }));
  });
}

const update = (input: object) => temporal(['update', 'execute'], input);
const signal = (input: object) => temporal(['signal'], input);

/** Asks for a migration that alice must approve, and waits until the run waits for her. */
async function untilWaiting(): Promise<void> {
  const { exitCode: ended } = await scenario.now.try(['migrate', 'orders', '--to', 'west', '--reason', 'a test', '--approver', 'alice', '--no-wait']);
  expect(ended).toBe(exitCode.ok);
  await untilStatus(scenario.now, 'the run to wait for approval', (status) => status.phase === 'waiting');
}

test('a run that needs a verified yes takes none from the command line, an update or a signal, and says why', async () => {
  await untilWaiting();
  const yes = { kind: 'approve', by: 'alice', reason: 'the window is open' };
  const cli = await scenario.now.try(['approve', 'orders', '--reason', 'the window is open'], { env: { CHANGEOVER_USER: 'alice' } });
  expect(cli).toMatchObject({ exitCode: exitCode.refused, stderr: expect.stringMatching(/Nobody vouches that this is alice.*--by-annotation/) });
  for (const claim of [yes, { ...yes, verified: true }, { ...yes, verified: true, via: 'cli' }]) {
    const { ok, said } = await update(claim);
    expect(said).toMatch(/Nobody vouches that this is alice/);
    expect(ok).toBe(false);
  }
  expect(await update({ kind: 'approve', by: 'alice' })).toMatchObject({ ok: false, said: expect.stringMatching(/needs a reason/) });
  expect(await signal(yes)).toMatchObject({ ok: true });
  const { rejections, decisions } = await untilStatus(scenario.now, 'the signal to be shown', (status) => (status.rejections ?? []).length > 0);
  expect(rejections).toMatchObject([{ kind: 'approve', by: 'alice', problem: expect.stringMatching(/Nobody vouches/) }]);
  expect(decisions).toEqual([]);
});

test('an update and a signal by Temporal\'s own client are taken, as unverified', async () => {
  expect(await update({ kind: 'ack', by: 'ann', reason: 'on it', id: 'ack-1' })).toMatchObject({ ok: true });
  expect(await signal({ kind: 'reject', by: 'alice', reason: 'not tonight' })).toMatchObject({ ok: true });
  await untilStatus(scenario.now, 'the run to be undone', (status) => status.endedAt !== null);
  const { phase, decisions } = await statusOf(scenario.now);
  expect(phase).toBe('undone');
  expect(decisions.map(({ kind, by, via, verified }) => ({ kind, by, via, verified }))).toEqual([
    { kind: 'ack', by: 'ann', via: 'temporal', verified: false },
    { kind: 'reject', by: 'alice', via: 'temporal', verified: false },
  ]);
  await expectServedBy(scenario.now, 'east');
});

test('nothing was lost', async () => {
  expect(await scenario.now.judge('east')).toMatchObject(nothingLost);
});
