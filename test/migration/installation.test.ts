import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ensureComponents } from '../../lab/components/ensure.js';
import { repositoryRoot } from '../../lab/paths.js';
import { waitFor } from '../../lab/process/wait.js';
import { silent } from '../../lab/progress.js';
import { labSettings, temporalPorts } from '../../lab/settings.js';
import { covers, grantedTo, textOf } from '../deploy/roles.js';
import { expectServedBy, LAB_MS, migrate, nothingLost, RUN_MS, setVvr, sharedScenario, untilStepBegins } from './support/in-lab.js';
import { rareRights } from './support/rare-rights.js';
import { doctor, inNamespace, spoilt, wrongThings } from './support/doctor.js';
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
});
