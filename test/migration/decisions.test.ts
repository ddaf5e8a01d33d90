import { jest } from '@jest/globals';
import { execFile } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse, stringify } from 'yaml';
import { ensureComponents } from '../../lab/components/ensure.js';
import { scopeFolder } from '../../lab/paths.js';
import { silent } from '../../lab/progress.js';
import type { ToolResult } from '../../lab/scenario/tool.js';
import { siteNames, sites, temporalPorts, type SiteName } from '../../lab/settings.js';
import { kubeconfigPath } from '../../lab/site/kubeconfig.js';
import { exitCode } from '../../src/cli/exit.js';
import type { RunRecord } from '../../src/client/record.js';
import { mark } from '../../src/domain/names.js';
import { POLICY } from '../../src/drivers/infoscale/admission.js';
import { nothingLost, ownershipAt, RUN_MS, sharedScenario, statusOf, untilStatus, untilStepBegins } from './support/in-lab.js';
import { addAgent } from './support/behind-the-fence.js';
import { eventsAt, kubectl, planObject } from './support/plan.js';

/** A run that waits for an approval, and people who decide with Temporal's own client and with kubectl. */
jest.setTimeout(RUN_MS);
const scenario = sharedScenario({ controller: { approvers: ['alice'] } });
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
  await scenario.now.load.awaitMore(20, 20_000);
  for (const site of siteNames) {
    // The controller's conditions stand in the status too.
    expect(await scenario.now.planAt(site)).toMatchObject({ spec: { primaryCluster: 'east' }, status: { primaryCluster: 'east' } });
    expect(await ownershipAt(site)).toMatchObject({ writer: 'east', run: null, phase: 'free' });
  }
});

test('a patch under one\'s own name starts a run, and the same person approves it by annotation, vouched for by the cluster', async () => {
  const ask = (requestedBy: string) => ['patch', 'drplan', 'orders', '--type', 'merge', '-p', JSON.stringify({ metadata: { annotations: { [mark.requestedBy]: requestedBy } }, spec: { primaryCluster: 'west' } })];
  await letDecide('alice', 'bob', 'carol');
  await expect(kubectl('east', '--as', 'alice', ...ask('bob'))).rejects.toThrow(/must be alice, who asks/);
  await kubectl('east', '--as', 'alice', ...ask('alice'));
  const { requestedBy, run } = await untilStatus(scenario.now, 'the run to wait for approval', (status) => status.phase === 'waiting');
  expect(requestedBy).toBe('alice');
  expect((await planObject('east')).metadata.annotations).not.toHaveProperty([mark.requestedBy]);

  // Where the policy does not stand, the same words of the same person are worth less.
  await kubectl('east', 'delete', 'validatingadmissionpolicybinding', POLICY);
  const approve = (site: SiteName) => scenario.now.try(['approve', 'orders', '--by-annotation', '--kubeconfig', kubeconfigAs('alice', site), '--reason', 'the window is open']);
  expect(await approve('east')).toMatchObject({ exitCode: exitCode.refused, stderr: expect.stringMatching(/Nobody vouches that this is alice/) });
  expect(await approve('west')).toMatchObject({ exitCode: exitCode.ok, stdout: expect.stringMatching(/accepted: approve by alice \(verified\)/) });

  const done = await untilStatus(scenario.now, 'the run to end', (status) => status.endedAt !== null && status.run === run);
  expect(done.phase).toBe('completed');
  expect(done.decisions).toMatchObject([{ kind: 'approve', by: 'alice', via: 'controller', verified: true }]);
  expect((await eventsAt('west')).join('\n')).toMatch(/DecisionAccepted: approve by alice \(verified\)/);
  expect((await eventsAt('east')).join('\n')).toMatch(/DecisionRejected: approve by alice \(unverified\): Nobody vouches/);
});

test('two people approve what is shown, neither of them who asked; a pause that is forced inside the outage ends by itself; what was refused stands in the record', async () => {
  // The application takes its time to stop, so that a person can act meanwhile.
  await addAgent('west', { stopsAfterSeconds: 10 });
  const toEast = ['migrate', 'orders', '--to', 'east', '--reason', 'and back', '--approver', 'alice', 'bob', 'carol', '--approvals', '2', '--no-wait'];
  await scenario.now.run(toEast, { env: { CHANGEOVER_USER: 'bob' } });
  const { run, waiting } = await untilStatus(scenario.now, 'the run to wait for two people', ({ phase, target }) => phase === 'waiting' && target === 'east');
  const yes = (name: string, ...more: readonly string[]) => scenario.now.try(['approve', 'orders', '--by-annotation', '--kubeconfig', kubeconfigAs(name, 'west'), '--reason', 'the window is open', ...more]);
  const refused = async (answer: Promise<ToolResult>, why: RegExp) => expect(await answer).toMatchObject({ exitCode: exitCode.refused, stderr: expect.stringMatching(why) });
  await refused(yes('bob'), /bob asked for this run, and it needs 2 others/);
  await refused(yes('alice', '--digest', '0123'), /The approval is for 0123; what waits is/);
  await refused(yes('alice', '--run', 'orders-0'), /for run orders-0; this is run/);
  await refused(scenario.now.try(['retry', 'orders', '--step', 'claim', '--reason', 'once more']), /retry is not possible now \(waiting\)\. Possible: approve, reject, cancel/);
  await refused(scenario.now.try(['skip', 'orders', '--run', 'orders-0', '--reason', 'no need']), /for run orders-0; this is run/);
  expect(await scenario.now.try(['ack', 'orders', '--reason', ' '])).toMatchObject({ exitCode: exitCode.invalid, stderr: expect.stringMatching(/needs a reason/) });
  expect(await update({ kind: 'explode', by: 'ann', reason: 'boredom' })).toMatchObject({ ok: false, said: expect.stringMatching(/There is no such decision: explode/) });
  expect((await statusOf(scenario.now)).decisions).toEqual([]);
  expect(await yes('alice', '--digest', waiting?.digest ?? '')).toMatchObject({ exitCode: exitCode.ok });
  await refused(yes('alice'), /alice has approved already; somebody else must/);

  expect(await yes('carol')).toMatchObject({ exitCode: exitCode.ok });
  await untilStepBegins('west', 'offline-source');
  await refused(scenario.now.try(['pause', 'orders', '--reason', 'a look']), /To force it all the same, with an end/);
  await scenario.now.run(['pause', 'orders', '--force', '--for', '14', '--reason', 'a look at the storage']);
  const paused = await untilStatus(scenario.now, 'the run to rest inside its outage', ({ phase }) => phase === 'paused');
  expect(paused).toMatchObject({ line: 'before', outage: { endedAt: null }, waiting: { for: 'resume', resumes: true, until: expect.any(String) } });
  const done = await untilStatus(scenario.now, 'the run to go on by itself and end', ({ endedAt }) => endedAt !== null);
  expect(done).toMatchObject({ run, phase: 'completed', decisions: [{ kind: 'approve', by: 'alice', verified: true }, { kind: 'approve', by: 'carol', verified: true }, { kind: 'pause', seconds: 14 }] });
  const { entries } = JSON.parse((await scenario.now.run(['audit', 'show', run, '-o', 'json'])).stdout) as RunRecord;
  const rejected = entries.flatMap(({ fact }) => (fact.kind === 'rejected-decision' ? [`${fact.decision} by ${fact.by}`] : []));
  expect(rejected).toEqual(expect.arrayContaining(['approve by bob', 'approve by alice', expect.stringMatching(/^retry by /), expect.stringMatching(/^skip by /), expect.stringMatching(/^pause by /)]));
}, 2 * RUN_MS);

test('nothing was lost', async () => {
  expect(await scenario.now.judge('east')).toMatchObject(nothingLost);
});

/** Rights of people who may read and change plans, on both sites. */
async function letDecide(...names: readonly string[]): Promise<void> {
  for (const site of siteNames) {
    await kubectl(site, 'create', 'role', 'plans', '--verb=get,list,watch,patch', '--resource=disasterrecoveryplans.infoscale.veritas.com');
    await kubectl(site, 'create', 'rolebinding', 'plans', '--role=plans', ...names.map((name) => `--user=${name}`));
  }
}

/** A kubeconfig by which the API server of a site takes us for this person. */
function kubeconfigAs(name: string, site: SiteName): string {
  const config = parse(readFileSync(kubeconfigPath(sites[site], 'admin'), 'utf8')) as { users: readonly { user: object }[] };
  const path = join(scopeFolder('product'), `${name}-${site}.kubeconfig`);
  writeFileSync(path, stringify({ ...config, users: config.users.map((entry) => ({ ...entry, user: { ...entry.user, as: name } })) }), { mode: 0o600 });
  return path;
}
