import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { waitFor } from '../../lab/process/wait.js';
import { Composed } from './support/composed.js';

/**
 * docker-compose.yml without a container engine: the same commands and environment as processes, against Debian's PostgreSQL and the
 * pinned Temporal server with its schema tool. Not tried: the images themselves, their users, mounts and networks, and the UI.
 */
describe('The services of docker-compose.yml, run as processes', () => {
  const composed = new Composed();
  let config: string;

  beforeAll(async () => {
    await composed.prepare();
    config = join(composed.folder, 'changeover.yaml');
    const site = (id: string) => ({ kubeconfig: `keys/${id}.kubeconfig`, replication: { driver: 'none' }, snapshots: { privateKey: `keys/${id}.key`, publicKey: `keys/${id}.pub` } });
    writeFileSync(config, stringify({ sites: { east: site('east'), west: site('west') }, journal: { folder: join(composed.folder, 'journal') } }));
    await composed.startPostgres();
  }, 60_000);
  afterAll(() => composed.end(), 60_000);

  test('make Temporal\'s schema once, and a second time change nothing', async () => {
    await composed.once('temporal-schema');
    expect(await composed.once('temporal-schema')).not.toMatch(/ERROR/);
  }, 120_000);

  test('bring Temporal up with the namespace and the search attributes of runs, and a second time change nothing', async () => {
    composed.startTemporal();
    expect(await composed.once('temporal-namespace')).toMatch(/ChangeoverPlan/);
    expect(await composed.once('temporal-namespace')).toBe('');
  }, 180_000);

  test('have a control worker answer without any kubeconfig or key, and the doctor find it', async () => {
    await composed.startOurs('control-worker', { config, ready: /worker ready: changeover/ });
    const found = await waitFor(async () => {
      const { stdout } = await composed.ours('control-worker', { config, args: ['doctor', '-o', 'json'] });
      const { findings } = JSON.parse(stdout) as { findings: readonly { area: string; subject: string; result: string; says: string }[] };
      const of = (subject: string) => findings.find((one) => one.subject === subject);
      return of('changeover')?.result === 'ok' && of('search attributes')?.result === 'ok' ? findings : undefined;
    }, { what: 'the doctor to find the control worker', deadlineMs: 60_000, intervalMs: 500 });
    expect(found.filter(({ area }) => area === 'temporal').map(({ result }) => result)).toEqual(['ok', 'ok']);
    expect(found.find(({ area, subject }) => area === 'workers' && subject === 'site-east')?.says).toBe('nobody polls this queue');
    expect(found.find(({ area }) => area === 'record')?.result).toBe('ok');
  }, 120_000);

  test('take a run, tell its status and let it be cancelled', async () => {
    const started = await composed.ours('control-worker', { config, args: ['migrate', 'orders', '--to', 'west', '--reason', 'a test', '--no-wait', '-o', 'json'] });
    expect(started.exitCode).toBe(0);
    const status = await composed.ours('control-worker', { config, args: ['status', 'orders', '-o', 'json'] });
    expect(JSON.parse(status.stdout)).toMatchObject({ unit: 'orders', target: 'west', phase: 'preparing' });
    expect(await composed.ours('control-worker', { config, args: ['cancel', 'orders', '--reason', 'a test'] })).toMatchObject({ exitCode: 0 });
    const unknown = await composed.ours('api', { config, args: ['status', 'nothing', '-o', 'json'] });
    expect(unknown.exitCode).toBe(7);
  }, 60_000);
});
