import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { repositoryRoot } from '../../lab/paths.js';
import { labSettings } from '../../lab/settings.js';
import { covers, grantedTo, textOf } from '../deploy/roles.js';
import { expectServedBy, LAB_MS, migrate, nothingLost, RUN_MS, setVvr, sharedScenario, untilStepBegins } from './support/in-lab.js';
import { rareRights } from './support/rare-rights.js';
import { SplitWorkers } from './support/split-workers.js';
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
      expect(await scenario.now.judge('west')).toMatchObject(nothingLost);
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
});
