import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ensureComponents } from '../../lab/components/ensure.js';
import { repositoryRoot } from '../../lab/paths.js';
import { waitFor } from '../../lab/process/wait.js';
import { silent } from '../../lab/progress.js';
import { labSettings, siteNames, sites, temporalPorts } from '../../lab/settings.js';
import { kubeconfigPath } from '../../lab/site/kubeconfig.js';
import type { RemovalReport } from '../../src/uninstall/index.js';
import { covers, grantedTo, textOf } from '../deploy/roles.js';
import { expectServedBy, LAB_MS, migrate, nothingLost, RUN_MS, setVvr, sharedScenario, statusOf, untilStepBegins } from './support/in-lab.js';
import { kubectl } from './support/plan.js';
import { rareRights } from './support/rare-rights.js';
import { doctor, inNamespace, spoilt, wrongThings } from './support/doctor.js';
import { cliOutputs, encodings, expectNoSecret, filesHolding, histories, journalFiles, temporalFiles } from './support/secrets.js';
import { configOf, SplitWorkers } from './support/split-workers.js';
import { askedBy } from './support/used-rights.js';

describe('The safe installation: a worker at each site with its own files, and a control worker with none', () => {
  const scenario = sharedScenario({ settings: { ...labSettings(), ttlSeconds: 1, audit: true } });
  const workers = new SplitWorkers();

  beforeAll(async () => {
    await scenario.now.worker.stop();
    await workers.start();
  }, LAB_MS);
  afterAll(() => workers.stop(), LAB_MS);

  test(
    'undoes a run that is cancelled, moves the application with the next one, and loses nothing',
    async () => {
      await setVvr('east', { pauseReplication: true });
      const first = migrate(scenario.now, 'west');
      await Promise.race([untilStepBegins('east', 'drain-replication'), first.then(({ stdout, stderr }) => Promise.reject(new Error(`${stdout}\n${stderr}`)))]);
      const removed = await scenario.now.try(['uninstall', ...asAdministrator(), '--unfence', 'orders', '--yes']);
      expect(removed.exitCode).toBe(4);
      expect(removed.stdout).toMatch(/Temporal: changeover\/orders is open[^]*east: the run orders-\S+ holds orders \(offline\)/);
      expect(await scenario.now.try(['cancel', 'orders', '--reason', 'second thoughts'])).toMatchObject({ exitCode: 0 });
      expect(await first).toMatchObject({ exitCode: 5 });
      await setVvr('east', { pauseReplication: false });
      await expectServedBy(scenario.now, 'east');
      expect(await migrate(scenario.now, 'west')).toMatchObject({ exitCode: 0 });
      await expectServedBy(scenario.now, 'west');
    },
    2 * RUN_MS,
  );

  test(
    'is found in order by the doctor, from beside both clusters and from where nothing but Temporal can be reached',
    async () => {
      const everywhere = await doctor(scenario.now, ['--site', 'east', 'west']);
      expect(everywhere.findings.filter(({ result }) => result !== 'ok')).toEqual([]);
      expect(new Set(everywhere.findings.map(({ area }) => area))).toEqual(new Set(['temporal', 'workers', 'sites', 'keys', 'names', 'clocks', 'record']));
      const control = await doctor(scenario.now, ['--config', configOf('control')]);
      expect(control).toMatchObject({ exitCode: 0, healthy: true });
      expect(control.findings.filter(({ result }) => result === 'not-here').map(({ area, subject }) => `${area} ${subject}`)).toEqual(expect.arrayContaining(['sites east', 'sites west', 'keys east', 'names example.test.']));
      const beside = await doctor(scenario.now, ['--config', configOf('east'), '--site', 'east']);
      expect(beside).toMatchObject({ exitCode: 0, healthy: true });
      expect(beside.findings).toContainEqual(expect.objectContaining({ area: 'sites', subject: 'west', result: 'not-here', says: expect.stringMatching(/changeover-copies, which may only leave copies/) }));
    },
    RUN_MS,
  );

  test(
    'and whatever is wrong with it is said at once, each with what to do',
    async () => {
      const { exitCode, findings } = await doctor(scenario.now, ['--config', spoilt(), '--site', 'east', 'west', 'north']);
      expect(exitCode).toBe(4);
      for (const [area, subject, says] of wrongThings) expect(findings).toContainEqual(expect.objectContaining({ area, subject, result: expect.stringMatching(/wrong|unknown/), says: expect.stringMatching(says), advice: expect.stringMatching(/./) }));
    },
    RUN_MS,
  );

  test(
    'and the commands that the doctor advises for Temporal do what they say',
    async () => {
      const { temporal } = await ensureComponents(silent);
      const advised = async (subject: string): Promise<void> => {
        const { findings } = await doctor(scenario.now, ['--config', inNamespace('fresh')]);
        const found = findings.find((one) => one.area === 'temporal' && one.subject === subject);
        expect(found).toMatchObject({ result: 'wrong' });
        const [program, ...args] = (found?.advice ?? '').split(' ');
        expect(program).toBe('temporal');
        execFileSync(temporal, [...args, '--address', `127.0.0.1:${temporalPorts.grpc}`]);
      };
      await advised('fresh');
      await waitFor(async () => (await doctor(scenario.now, ['--config', inNamespace('fresh')])).findings.some(({ subject, result }) => subject === 'fresh' && result === 'ok'), { what: 'the namespace', deadlineMs: 30_000 });
      await advised('search attributes');
      await waitFor(async () => (await doctor(scenario.now, ['--config', inNamespace('fresh')])).findings.some(({ subject, result }) => subject === 'search attributes' && result === 'ok'), { what: 'the search attributes', deadlineMs: 30_000 });
    },
    RUN_MS,
  );

  test(
    'has lost nothing in all this',
    async () => {
      expect(await scenario.now.judge('west')).toMatchObject(nothingLost);
    },
    RUN_MS,
  );

  test(
    'keeps no secret in the record with its exported histories, in Temporal, or in what reports and the doctor say',
    async () => {
      const { run } = await statusOf(scenario.now);
      const exported = () => journalFiles().filter((file) => file.endsWith(`${run}.history.json`));
      await waitFor(async () => exported().length > 0, { what: 'the history of a closed run beside its record', deadlineMs: 120_000 });
      // The search itself is tried: what everybody may read is found.
      expect(filesHolding(exported(), encodings('capture-application'))).toEqual(exported());
      const outputs = cliOutputs();
      const report = ['report', run, '--out', '-'];
      for (const args of [report, [...report, '--format', 'markdown'], ['audit', 'show', run, '-o', 'json'], ['history', '-o', 'json'], ['doctor', '-o', 'json']]) outputs.keep(await scenario.now.try(args));
      expect(outputs.all()).toContain('capture-application');
      await expectNoSecret([...temporalFiles(), ...journalFiles()], { histories: await histories(), printed: outputs.all() });
    },
    2 * RUN_MS,
  );

  test('never asks for a right that the manifests do not give', () => {
    for (const account of ['changeover', 'changeover-copies']) {
      const { used, forbidden } = askedBy(account);
      expect({ account, asked: used.length > 0, forbidden }).toEqual({ account, asked: true, forbidden: [] });
    }
  });

  test('uses every right that the manifests give, or a test says what else does', () => {
    const used = ['changeover', 'changeover-copies'].map((account) => ({ account, rights: askedBy(account).used }));
    const unused = used.flatMap(({ account, rights }) => grantedTo(account).filter((granted) => !rights.some((right) => covers(granted, right))).map((right) => ({ account, right })));
    expect(unused.filter(({ right }) => !rareRights.some((rare) => rare.covers(right))).map(({ account, right }) => `${account}: ${textOf(right)}`)).toEqual([]);
    expect(rareRights.filter((rare) => rare.sometimes === undefined && !unused.some(({ right }) => rare.covers(right))).map(({ why }) => why)).toEqual([]);
  });

  test.each(rareRights.map((rare) => [rare.why, rare] as const))('names a test that is there for: %s', (_, { test: [file, name] }) => {
    expect(readFileSync(join(repositoryRoot(), 'test', file), 'utf8')).toContain(name);
  });

  test(
    'is removed when a person says so for the fence that is on, and leaves what it lists',
    async () => {
      const uninstall = async (...args: readonly string[]) => {
        const { exitCode, stdout, stderr } = await scenario.now.try(['uninstall', '-o', 'json', ...args]);
        return { exitCode, stderr, ...(JSON.parse(stdout) as RemovalReport) };
      };
      expect(await uninstall('--unfence', 'orders')).toMatchObject({ exitCode: 4, removed: false });
      expect(await uninstall(...asAdministrator(), '--yes')).toMatchObject({ exitCode: 4, removed: false, refusals: [expect.stringMatching(/^east: the fence of orders is on: it keeps orders from starting here while west serves/)] });
      expect(await uninstall(...asAdministrator(), '--unfence', 'orders')).toMatchObject({ exitCode: 0, removed: false });
      expect(await kubectl('east', 'get', 'clusterrole', 'changeover-platform', '-o', 'name')).toContain('changeover-platform');
      expect(await uninstall(...asAdministrator(), '--unfence', 'orders', '--yes')).toMatchObject({ exitCode: 0, removed: true });
      for (const site of siteNames) {
        const kinds = ['clusterroles', 'clusterrolebindings', 'roles', 'rolebindings', 'serviceaccounts', 'validatingadmissionpolicies', 'validatingadmissionpolicybindings', 'deployments'];
        const left = await kubectl(site, 'get', kinds.join(','), '--all-namespaces', '-o', 'name');
        // What is left belongs to the lab, and to the application: rights for its own kinds.
        expect(left.split('\n').filter((name) => name.includes('changeover') && !name.includes('/changeover-lab:'))).toEqual(['clusterrole.rbac.authorization.k8s.io/changeover-applications-orders']);
        expect(await kubectl(site, 'get', 'namespaces', '--show-labels')).not.toContain('fence.changeover.io');
        expect(await kubectl(site, 'get', 'configmap', '-n', 'changeover-system', '-o', 'name')).toContain('ownership-orders');
        expect(await kubectl(site, 'get', 'crd', '-o', 'name')).toContain('disasterrecoveryplans');
      }
      const again = await uninstall(...asAdministrator(), '--yes');
      expect(again).toMatchObject({ exitCode: 0, removed: true, sites: [{ removes: [] }, { removes: [] }] });
      expect(again.sites[0]?.leaves).toContainEqual(expect.stringMatching(/^ownership record of orders: writer west/));
    },
    RUN_MS,
  );
});

function asAdministrator(): readonly string[] {
  return siteNames.flatMap((site) => ['--kubeconfig', `${site}=${kubeconfigPath(sites[site], 'admin')}`]);
}
