import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { labProgram, scopeFolder } from '../../lab/paths.js';
import { waitFor } from '../../lab/process/wait.js';
import { withApi } from '../../lab/scenario/application.js';
import { Scenario } from '../../lab/scenario/scenario.js';
import { Supervised } from '../../lab/scenario/supervised.js';
import { labSettings, siteNames, type SiteName } from '../../lab/settings.js';
import type { RawObject } from '../../src/ports/objects.js';
import { LAB_MS, migrate, nothingLost, RUN_MS } from './support/in-lab.js';
import { allRuns, eventsAt, kubectl, patchPrimary, planObject } from './support/plan.js';

/** Role commands that the storage of a site was given, by its own log. */
function roleCommands(site: SiteName): readonly string[] {
  return readFileSync(join(scopeFolder(site), 'vvr', 'commands.jsonl'), 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as { argv: readonly string[]; exitCode: number })
    .filter(({ argv }) => ['migrate', 'takeover', 'makesec'].some((verb) => argv.includes(verb)))
    .map(({ argv, exitCode }) => `${argv.join(' ')}: ${exitCode}`);
}

const managersOf = (object: RawObject): readonly string[] => ((object.metadata['managedFields'] ?? []) as readonly { manager: string }[]).map((entry) => entry.manager);

describe('InfoScale\'s own DR manager beside the controller', () => {
  const scenario = new Scenario({ settings: { ...labSettings(), ttlSeconds: 1 } });
  const manager = new Supervised({ id: 'dr-manager', program: labProgram('dr-manager', 'dr-manager.js'), args: () => [], ready: 'dr-manager ready' });
  beforeAll(() => scenario.begin(), LAB_MS);
  afterAll(async () => {
    await manager.stop();
    await scenario.end();
  }, LAB_MS);

  test(
    'is left alone: a patched plan makes exactly one migrate, and the controller writes nothing anywhere',
    async () => {
      await manager.start();
      await scenario.controller.launch();
      await waitFor(async () => scenario.controller.log.includes('InfoScale\'s own DR manager is here'), { what: 'the controller to say so at its start', deadlineMs: 20_000 });
      await patchPrimary('east', 'west');
      await waitFor(async () => manager.log.includes('moved orders to west'), { what: 'the DR manager to move the application', deadlineMs: 60_000 });
      expect(siteNames.flatMap(roleCommands)).toEqual([expect.stringMatching(/-s migrate orders_rvg .*: 0$/)]);
      expect(await allRuns()).toEqual([]);
      for (const site of siteNames) {
        expect(managersOf(await planObject(site)).filter((name) => name === 'changeover-controller')).toEqual([]);
        expect((await planObject(site)).metadata.annotations ?? {}).toEqual({});
        expect(await eventsAt(site)).toEqual([]);
        expect(await kubectl(site, 'get', 'leases', '-n', 'changeover-system', '-o', 'name')).toBe('');
      }
      expect(scenario.controller.log).not.toContain(' leads');
    },
    RUN_MS,
  );

  test(
    'is named by preflight, and no run begins',
    async () => {
      const refused = await migrate(scenario, 'west');
      expect(refused.exitCode).toBe(4);
      expect(refused.stderr).toMatch(/Deployment infoscale-vtas\/infoscale-dr-manager/);
      expect(refused.stderr).toMatch(/Lease infoscale-vtas\/27b483ca\.veritas\.com/);
      expect(siteNames.flatMap(roleCommands)).toHaveLength(1);
      expect(await scenario.judge()).toMatchObject({ writesLost: nothingLost.writesLost, writersAtOnce: nothingLost.writersAtOnce });
    },
    RUN_MS,
  );

  test(
    'is what a definition of the DR kinds is taken for that Changeover did not install',
    async () => {
      await manager.stop();
      for (const site of siteNames) {
        await withApi(site, async (api) => {
          await api.request('DELETE', '/apis/apps/v1/namespaces/infoscale-vtas/deployments/infoscale-dr-manager');
          await api.request('DELETE', '/apis/coordination.k8s.io/v1/namespaces/infoscale-vtas/leases/27b483ca.veritas.com');
        });
      }
      await kubectl('west', 'label', 'crd', 'disasterrecoveryplans.infoscale.veritas.com', 'changeover.io/installed-');
      const refused = await migrate(scenario, 'west');
      expect(refused.exitCode).toBe(4);
      expect(refused.stderr).toMatch(/west.*CustomResourceDefinition disasterrecoveryplans\.infoscale\.veritas\.com, which Changeover did not install/);
    },
    RUN_MS,
  );
});
