import { execFile } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { stringify } from 'yaml';
import { repositoryRoot } from '../../lab/paths.js';
import { waitFor } from '../../lab/process/wait.js';
import { attributes } from '../../src/workflows/search-attributes.js';
import { Composed } from './support/composed.js';

/**
 * docker-compose.yml without a container engine: the same commands and environment as processes, against Debian's PostgreSQL, the pinned
 * Temporal server, its schema tool and its UI. Not tried: the images, their entrypoints and users, mounts, networks, how a container engine takes the healthchecks.
 */
describe('The services of docker-compose.yml, run as processes', () => {
  const composed = new Composed();
  let config = '';

  beforeAll(async () => {
    await composed.prepare();
    await composed.startPostgres();
    config = await writeConfig(composed);
  }, 600_000);
  afterAll(() => composed.end(), 60_000);

  test('make Temporal\'s schema once, and a second time change nothing', async () => {
    await composed.once('temporal-schema');
    expect(await composed.once('temporal-schema')).not.toMatch(/ERROR/);
  }, 240_000);

  test('start Temporal on it, make the namespace of the runs with its search attributes once, and a second time change nothing', async () => {
    composed.startTemporal();
    await composed.once('temporal-namespace').catch((error: unknown) => {
      throw new Error(`${String(error)}\n${readFileSync(composed.temporalLog, 'utf8').slice(-3000)}`);
    });
    expect(await composed.once('temporal-namespace')).not.toMatch(/created|Error/);
    const { stdout } = await temporal(composed, 'operator', 'search-attribute', 'list', '-o', 'json');
    for (const { name } of Object.values(attributes)) expect(stdout).toContain(`"${name}"`);
  }, 240_000);

  test('begin with the control worker, and a workflow runs on it to its end', async () => {
    await composed.startOurs('control-worker', { config, ready: /worker ready: changeover\b/ });
    await composed.awaitHealthy('control-worker');
    await composed.startOurs('control-worker', { config, ready: /worker ready: site-east, site-west/, command: ['dist/src/worker.js', '--sites', 'east,west', '--no-control'] });
    const { exitCode, stdout } = await composed.ours('control-worker', { config, args: ['preflight', 'nothing', '--to', 'west', '-o', 'json'] });
    expect(exitCode).toBe(4);
    expect(JSON.parse(stdout)).toMatchObject({ phase: 'refused', refusals: expect.arrayContaining([expect.stringMatching(/^On west: the cluster could not be read/)]) });
    const listed = await temporal(composed, 'workflow', 'list', '-o', 'json');
    expect(JSON.parse(listed.stdout)).toEqual([expect.objectContaining({ status: 'WORKFLOW_EXECUTION_STATUS_COMPLETED', type: { name: 'check' } })]);
  }, 240_000);

  test('go on with the API, whose healthcheck answers, and which lets nobody in without a token', async () => {
    await composed.startOurs('api', { config, ready: /api ready: / });
    await composed.awaitHealthy('api');
    expect((await fetch(`http://${composed.apiAddress}/v1/runs`)).status).toBe(401);
  }, 60_000);

  test('show the runs\' namespace in the UI, whose buttons that end or reset a run are hidden', async () => {
    composed.startUi();
    const settings = await waitFor(async () => (await fetch(`${composed.uiAddress}/api/v1/settings`)).json() as Promise<Record<string, unknown>>, { what: 'the UI', deadlineMs: 30_000 });
    expect(settings).toMatchObject({ DefaultNamespace: 'changeover', WorkflowTerminateDisabled: true, WorkflowResetDisabled: true, BatchActionsDisabled: true, StartWorkflowDisabled: true, ActivityCommandsDisabled: true });
    const listed = (await (await fetch(`${composed.uiAddress}/api/v1/namespaces/changeover/workflows`)).json()) as { executions: readonly { type: { name: string } }[] };
    expect(listed.executions.map(({ type }) => type.name)).toEqual(['check']);
  }, 60_000);
});

function temporal(composed: Composed, ...args: readonly string[]): Promise<{ stdout: string }> {
  return promisify(execFile)(join(composed.folder, 'bin', 'temporal'), [...args, '--address', composed.temporalAddress, '--namespace', 'changeover'], { env: { HOME: composed.folder } });
}

/** A cluster that does not answer: what is tried here is Temporal. */
const nowhere = {
  clusters: [{ name: 'c', cluster: { server: 'https://127.0.0.1:9' } }], users: [{ name: 'u', user: { token: 't' } }], contexts: [{ name: 'x', context: { cluster: 'c', user: 'u' } }], 'current-context': 'x',
};

/** A configuration as docs/install.md describes it. */
async function writeConfig(composed: Composed): Promise<string> {
  const folder = join(composed.folder, 'etc');
  mkdirSync(join(folder, 'keys'), { recursive: true });
  for (const site of ['east', 'west']) {
    writeFileSync(join(folder, 'keys', `${site}.kubeconfig`), JSON.stringify(nowhere), { mode: 0o600 });
    await promisify(execFile)(process.execPath, [join(repositoryRoot(), 'dist', 'src', 'main.js'), 'keys', site, '--folder', join(folder, 'keys')]);
  }
  const siteOf = (site: string) => ({ kubeconfig: `keys/${site}.kubeconfig`, replication: { driver: 'none' }, snapshots: { privateKey: `keys/${site}.key`, publicKey: `keys/${site}.pub` } });
  const oidc = { kind: 'oidc', issuer: 'https://issuer.example.test', audience: 'changeover', jwks: 'https://issuer.example.test/keys' };
  const path = join(folder, 'changeover.yaml');
  writeFileSync(path, stringify({ sites: { east: siteOf('east'), west: siteOf('west') }, journal: { folder: join(folder, 'journal') }, api: { listen: composed.apiAddress, authentication: oidc } }));
  return path;
}
