import { labProgram } from '../../lab/paths.js';
import { waitFor } from '../../lab/process/wait.js';
import { withApi } from '../../lab/scenario/application.js';
import { Scenario } from '../../lab/scenario/scenario.js';
import { Supervised } from '../../lab/scenario/supervised.js';
import { labSettings, siteNames } from '../../lab/settings.js';
import type { ApiClient, KubernetesObject } from '../../lab/site/api-client.js';
import type { RawObject } from '../../src/ports/objects.js';
import { LAB_MS, migrate, nothingLost, RUN_MS } from './support/in-lab.js';
import { allRuns, eventsAt, kubectl, patchPrimary, planObject, untilConditions } from './support/plan.js';
import { roleCommands } from './support/roles.js';
import { askedBy } from './support/used-rights.js';

const managersOf = (object: RawObject): readonly string[] => ((object.metadata['managedFields'] ?? []) as readonly { manager: string }[]).map((entry) => entry.manager);

/** What the controller's account changed anywhere, by the API servers' audit logs. */
const changesByTheController = (): readonly string[] =>
  [...new Set(askedBy('changeover-controller').used.filter(({ verb }) => !['get', 'list', 'watch'].includes(verb)).map(({ verb, resource }) => `${verb} ${resource}`))];

interface Mark {
  /** As the controller and preflight name it. */
  readonly mark: string;
  readonly put: (api: ApiClient) => Promise<unknown>;
  readonly remove: (api: ApiClient) => Promise<unknown>;
}

/** An object that is there and gone again. */
function present(mark: string, object: KubernetesObject): Mark {
  return { mark, put: (api) => api.applyAll([object]), remove: async (api) => api.request('DELETE', await api.pathOf(object)) };
}

const labels = { 'control-plane': 'dr' };
const deployment = (name: string): Mark =>
  present(`Deployment infoscale-vtas/${name}`, {
    apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name, namespace: 'infoscale-vtas' },
    spec: { replicas: 0, selector: { matchLabels: labels }, template: { metadata: { labels }, spec: { containers: [{ name: 'manager', image: 'arctera/infoscale-dr-operator' }] } } },
  });
/** It watches a kind that nothing in this test writes. */
const webhook = (kind: string): Mark =>
  present(`${kind} infoscale-dr`, {
    apiVersion: 'admissionregistration.k8s.io/v1', kind, metadata: { name: 'infoscale-dr' },
    webhooks: [{ name: 'dr.infoscale.veritas.com', admissionReviewVersions: ['v1'], sideEffects: 'None', failurePolicy: 'Ignore', clientConfig: { url: 'https://127.0.0.1:1/dr' }, rules: [{ apiGroups: ['infoscale.veritas.com'], apiVersions: ['v1'], operations: ['CREATE'], resources: ['globalclustermemberships'] }] }],
  });
const definition = (plural: string): Mark => {
  const label = (value: string | null) => (api: ApiClient) =>
    api.request('PATCH', `/apis/apiextensions.k8s.io/v1/customresourcedefinitions/${plural}.infoscale.veritas.com`, { value: { metadata: { labels: { 'changeover.io/installed': value } } }, type: 'application/merge-patch+json' });
  return { mark: `CustomResourceDefinition ${plural}.infoscale.veritas.com, which Changeover did not install`, put: label(null), remove: label('true') };
};

const marks: readonly Mark[] = [
  deployment('infoscale-dr-manager'),
  deployment('dr-controller-manager'),
  present('Lease infoscale-vtas/27b483ca.veritas.com', { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', metadata: { name: '27b483ca.veritas.com', namespace: 'infoscale-vtas' }, spec: { holderIdentity: 'theirs' } }),
  webhook('MutatingWebhookConfiguration'),
  webhook('ValidatingWebhookConfiguration'),
  definition('disasterrecoveryplans'),
  definition('datareplications'),
];

/** What the stand-in leaves when it ends, as the real one does. */
async function removeTraces(): Promise<void> {
  for (const site of siteNames) {
    await withApi(site, async (api) => {
      await api.request('DELETE', '/apis/apps/v1/namespaces/infoscale-vtas/deployments/infoscale-dr-manager');
      await api.request('DELETE', '/apis/coordination.k8s.io/v1/namespaces/infoscale-vtas/leases/27b483ca.veritas.com');
    });
  }
}

describe('InfoScale\'s own DR manager beside the controller', () => {
  const scenario = new Scenario({ settings: { ...labSettings(), ttlSeconds: 1, audit: true } });
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
      expect(changesByTheController()).toEqual([]);
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

  test('is known by each of its marks alone: said at the start and by preflight, and nothing is written', async () => {
    await manager.stop();
    await removeTraces();
    for (const { mark, put, remove } of marks) {
      await withApi('west', put);
      const said = scenario.controller.log.length;
      await scenario.controller.stop();
      await scenario.controller.launch();
      await waitFor(async () => scenario.controller.log.slice(said).includes(`InfoScale's own DR manager is here (west: ${mark}`), { what: `the controller to name ${mark}`, deadlineMs: 20_000 });
      await patchPrimary('west', 'east');
      const { exitCode, stdout, stderr } = await scenario.try(['preflight', 'orders', '--to', 'west']);
      expect({ exitCode, said: `${stdout}${stderr}` }).toEqual({ exitCode: 4, said: expect.stringContaining(mark) });
      await patchPrimary('west', 'west');
      expect(scenario.controller.log.slice(said)).not.toContain(' leads');
      await withApi('west', remove);
    }
    expect(changesByTheController()).toEqual([]);
    expect(siteNames.flatMap(roleCommands)).toHaveLength(1);
  }, 2 * RUN_MS);

  test('is waited out: once the last mark is gone, the controller leads and answers', async () => {
    await scenario.controller.stop();
    await scenario.controller.begin();
    await untilConditions('east', 'an answer', ({ Ready }) => Ready !== undefined);
    expect(changesByTheController()).toEqual(expect.arrayContaining(['create leases', 'patch disasterrecoveryplans/status']));
    expect(siteNames.flatMap(roleCommands)).toHaveLength(1);
  }, RUN_MS);
});
