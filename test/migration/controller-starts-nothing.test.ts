import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { faultComponent } from '../../lab/fault.js';
import { scopeFolder } from '../../lab/paths.js';
import { waitFor } from '../../lab/process/wait.js';
import { withApi } from '../../lab/scenario/application.js';
import { Scenario } from '../../lab/scenario/scenario.js';
import { labSettings, type SiteName } from '../../lab/settings.js';
import type { RawObject } from '../../src/ports/objects.js';
import { LAB_MS, nothingLost, RUN_MS } from './support/in-lab.js';
import { allRuns, eventsAt, kubectl, manifestOf, patchPrimary, planObject, untilConditions } from './support/plan.js';

const PLANS = '/apis/infoscale.veritas.com/v1/namespaces/infoscale-vtas/disasterrecoveryplans';

/** Marks by which GitOps tools track an object: how kubectl writes them, their key, the tool. */
const trackingMarks = [
  ['annotate', 'argocd.argoproj.io/tracking-id', 'Argo CD'],
  ['label', 'argocd.argoproj.io/instance', 'Argo CD'],
  ['label', 'kustomize.toolkit.fluxcd.io/name', 'Flux Kustomization'],
  ['label', 'helm.toolkit.fluxcd.io/name', 'Flux HelmRelease'],
  ['annotate', 'objectset.rio.cattle.io/id', 'Fleet'],
] as const;

/** What a run writes last of all, written by another. */
async function statusSays(primary: SiteName): Promise<void> {
  await kubectl('east', 'patch', 'drplan', 'orders', '--subresource', 'status', '--type', 'merge', '-p', JSON.stringify({ status: { primaryCluster: primary } }));
}

async function inStep(site: SiteName): Promise<void> {
  await untilConditions(site, 'Ready', ({ Ready, NeedsConfirmation }) => Ready?.status === 'True' && NeedsConfirmation === undefined);
}

async function confirmationAt(site: SiteName, sentence: RegExp): Promise<void> {
  const { NeedsConfirmation } = await untilConditions(site, `NeedsConfirmation ${String(sentence)}`, ({ NeedsConfirmation: one }) => one?.status === 'True' && sentence.test(one.message));
  expect(NeedsConfirmation?.message).toMatch(/kubectl -n infoscale-vtas patch drplan orders|changeover adopt orders/);
}

describe('No run is started', () => {
  const scenario = new Scenario({ settings: { ...labSettings(), ttlSeconds: 1 }, controller: {} });
  beforeAll(() => scenario.begin(), LAB_MS);
  afterAll(() => scenario.end(), LAB_MS);

  test('by a patch on the target, which is refused with the reason', async () => {
    await patchPrimary('west', 'west');
    const { Refused } = await untilConditions('west', 'Refused', ({ Refused: one }) => one?.status === 'True');
    expect(Refused?.message).toMatch(/east is primary: a migration is asked for there, never on west/);
    expect(await eventsAt('west')).toContainEqual(expect.stringMatching(/^ChangeRefused: east is primary/));
    await patchPrimary('west', 'east');
    await inStep('west');
    expect(await allRuns()).toEqual([]);
  }, RUN_MS);

  test('by a stale copy, neither as it stands nor by a patch on it', async () => {
    await statusSays('west');
    await confirmationAt('east', /nobody was seen to change it/);
    for (const primary of ['west', 'east']) {
      await patchPrimary('east', primary);
      await untilConditions('east', `Refused for ${primary}`, ({ Refused, NeedsConfirmation }) => /ownership record .* stale copy/.test(Refused?.message ?? '') && (NeedsConfirmation?.message.startsWith(`spec.primaryCluster is ${primary},`) ?? false));
    }
    expect((await eventsAt('east')).filter((event) => /^ChangeRefused: .* stale copy/.test(event))).toHaveLength(2);
    await statusSays('east');
    await inStep('east');
    expect(await allRuns()).toEqual([]);
  }, RUN_MS);

  test('by a change of a GitOps field manager, nor under its tracking mark', async () => {
    const file = await manifestOf('east', 'west');
    for (const manager of ['argocd-controller', 'kustomize-controller', 'helm-controller']) {
      await kubectl('east', 'apply', '--server-side', '--force-conflicts', '--field-manager', manager, '-f', file);
      await untilConditions('east', `Refused for ${manager}`, ({ Refused }) => (Refused?.message ?? '').includes(`${manager} owns spec.primaryCluster`) && /exclude spec\.primaryCluster there first/.test(Refused?.message ?? ''));
      expect(await eventsAt('east')).toContainEqual(expect.stringMatching(new RegExp(`^ChangeRefused: .*${manager} owns`)));
      await patchPrimary('east', 'east');
      await inStep('east');
    }
    for (const [verb, key, tool] of trackingMarks) {
      await kubectl('east', verb, 'drplan', 'orders', `${key}=shop`);
      await patchPrimary('east', 'west');
      await untilConditions('east', `Refused for ${key}`, ({ Refused }) => (Refused?.message ?? '').startsWith(`${tool} tracks it (${key}: shop)`));
      await patchPrimary('east', 'east');
      await kubectl('east', verb, 'drplan', 'orders', `${key}-`);
      await inStep('east');
    }
    expect(await allRuns()).toEqual([]);
  }, RUN_MS);

  test('by a manifest that is applied', async () => {
    await kubectl('east', 'apply', '-f', await manifestOf('east', 'west'));
    await confirmationAt('east', /an applied manifest starts nothing/);
    await patchPrimary('east', 'east');
    await inStep('east');
    expect(await allRuns()).toEqual([]);
  }, RUN_MS);

  test('by a patch that the controller did not see, because it was away', async () => {
    await scenario.controller.stop();
    await patchPrimary('east', 'west');
    await scenario.controller.begin();
    await confirmationAt('east', /nobody was seen to change it/);
    await patchPrimary('east', 'east');
    await inStep('east');
    expect(await allRuns()).toEqual([]);
  }, RUN_MS);

  test('by an emptied status, nor by a plan that is restored without it', async () => {
    await withApi('east', (api) => api.request('PATCH', `${PLANS}/orders/status`, { value: { status: null }, type: 'application/merge-patch+json' }));
    await confirmationAt('east', /status\.primaryCluster is empty/);
    await kubectl('east', 'delete', 'drplan', 'orders');
    await kubectl('east', 'create', '-f', await manifestOf('west', 'west'));
    await confirmationAt('east', /status\.primaryCluster is empty/);
    // A backup that keeps the status is restored in two writes, as an API server wants it.
    await statusSays('east');
    await confirmationAt('east', /spec\.primaryCluster was found to be west; nobody was seen to change it/);
    await kubectl('east', 'delete', 'drplan', 'orders');
    await kubectl('east', 'create', '-f', await manifestOf('west', 'east'));
    await confirmationAt('east', /status\.primaryCluster is empty/);
    await scenario.run(['adopt', 'orders']);
    await inStep('east');
    expect(await allRuns()).toEqual([]);
  }, RUN_MS);

  test('by a definition that is installed anew with its plans', async () => {
    const crd = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions/disasterrecoveryplans.infoscale.veritas.com';
    const kept = await manifestOf('east', 'west');
    await withApi('east', async (api) => {
      const { apiVersion, kind, metadata, spec } = (await api.request('GET', crd)) as RawObject;
      await api.request('DELETE', crd);
      await waitFor(async () => (await api.request('GET', crd).then(() => false, () => true)), { what: 'the definition to be gone', deadlineMs: 20_000 });
      await api.applyAll([{ apiVersion, kind, metadata: { name: metadata.name, labels: metadata.labels }, spec } as never]);
    });
    await kubectl('east', 'create', '-f', kept);
    await confirmationAt('east', /status\.primaryCluster is empty/);
    await kubectl('east', 'patch', 'drplan', 'orders', '--type', 'merge', '-p', '{"spec":{"primaryCluster":"east"}}');
    await scenario.run(['adopt', 'orders']);
    await inStep('east');
    expect(await allRuns()).toEqual([]);
  }, RUN_MS);

  test('by a new plan that cannot be adopted: it says what disagrees', async () => {
    const { apiVersion, kind, spec } = await planObject('east');
    const file = join(scopeFolder('product'), 'plan-stock.yaml');
    writeFileSync(file, stringify({ apiVersion, kind, metadata: { name: 'stock', namespace: 'infoscale-vtas' }, spec: { ...(spec as object), selector: { namespace: 'stock' } } }));
    await kubectl('east', 'create', '-f', file);
    const shown = async (): Promise<string> => kubectl('east', 'get', 'drplan', 'stock', '-o', 'jsonpath={.status.conditions[?(@.type=="NeedsAdoption")].message}');
    await waitFor(async () => /found on east only; it must stand on every member.*The application runs on no site/.test(await shown()), { what: 'NeedsAdoption of stock', deadlineMs: 40_000, intervalMs: 250 });
    await kubectl('east', 'delete', 'drplan', 'stock');
    expect(await allRuns()).toEqual([]);
  }, RUN_MS);

  test('when the API server was away, and the other site is answered meanwhile', async () => {
    await faultComponent('crash', 'apiserver-east');
    await patchPrimary('west', 'west');
    await untilConditions('west', 'Refused while east is away', ({ Refused }) => Refused?.status === 'True');
    await faultComponent('restart', 'apiserver-east');
    await patchPrimary('west', 'east');
    await Promise.all([inStep('west'), inStep('east')]);
    expect(await scenario.judge('east')).toMatchObject(nothingLost);
    expect(await allRuns()).toEqual([]);
  }, RUN_MS);
});
