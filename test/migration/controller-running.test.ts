import { waitFor } from '../../lab/process/wait.js';
import { withApi } from '../../lab/scenario/application.js';
import { SupervisedController } from '../../lab/scenario/controller.js';
import { Scenario } from '../../lab/scenario/scenario.js';
import { labSettings, siteNames, type SiteName } from '../../lab/settings.js';
import { OPEN_RUN_NAMESPACE_POLICY, OPEN_RUN_POLICY } from '../../src/drivers/infoscale/open-run-policy.js';
import { LAB_MS, nothingLost, ownershipAt, RUN_MS, setVvr, statusOf, untilStatus } from './support/in-lab.js';
import { allRuns, eventsAt, kubectl, manifestOf, patchPrimary, planObject, untilConditions } from './support/plan.js';

const people = [
  { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'ClusterRole', metadata: { name: 'operators' }, rules: [{ apiGroups: ['infoscale.veritas.com'], resources: ['disasterrecoveryplans'], verbs: ['get', 'patch'] }] },
  {
    apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'ClusterRoleBinding', metadata: { name: 'operators' },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'operators' },
    subjects: ['alice', 'bob'].map((name) => ({ kind: 'User', apiGroup: 'rbac.authorization.k8s.io', name })),
  },
];

/** A decision that a person writes with her own name and rights; the answer that the controller puts in its place. */
async function decided(site: SiteName, person: string, text: string): Promise<Readonly<Record<string, unknown>>> {
  const before = (await planObject(site)).metadata.annotations?.['changeover.io/decision-answer'];
  await kubectl(site, '--as', person, 'annotate', 'drplan', 'orders', `changeover.io/decision=${text}`);
  return waitFor(async () => {
    const { annotations = {} } = (await planObject(site)).metadata;
    const answer = annotations['changeover.io/decision-answer'];
    return annotations['changeover.io/decision'] === undefined && answer !== undefined && answer !== before ? (JSON.parse(answer) as Readonly<Record<string, unknown>>) : undefined;
  }, { what: 'the answer', deadlineMs: 20_000 });
}

const patchAs = (site: SiteName, person: string, primary: string): Promise<string> =>
  kubectl(site, '--as', person, 'patch', 'drplan', 'orders', '--type', 'merge', '-p', JSON.stringify({ metadata: { annotations: { 'changeover.io/requested-by': person } }, spec: { primaryCluster: primary } }));

/** The manifest as it was before, applied by a person and by a GitOps tool: each shows how to confirm, until it is patched back. */
async function reapplied(primary: SiteName, manifest: SiteName): Promise<void> {
  const file = await manifestOf(primary, manifest);
  for (const how of [[], ['--server-side', '--force-conflicts', '--field-manager', 'argocd-controller']]) {
    await kubectl(primary, 'apply', ...how, '-f', file);
    await untilConditions(primary, `NeedsConfirmation (${how.at(-1) ?? 'kubectl'})`, ({ NeedsConfirmation }) => NeedsConfirmation?.status === 'True' && /To confirm, on .*changeover migrate orders --to/.test(NeedsConfirmation.message));
    await patchPrimary(primary, primary);
    await untilConditions(primary, 'Ready', ({ Ready, NeedsConfirmation }) => Ready?.status === 'True' && NeedsConfirmation === undefined);
  }
}

describe('A run that a patch started', () => {
  const scenario = new Scenario({ settings: { ...labSettings(), ttlSeconds: 1 }, controller: { approvers: ['alice'] } });
  const second = new SupervisedController(scenario.program, 'controller-2');
  beforeAll(async () => {
    await scenario.begin();
    for (const site of siteNames) await withApi(site, (api) => api.applyAll(people));
    // The policy that vouches acts a moment after it was written.
    await waitFor(async () => kubectl('east', '--as', 'bob', 'annotate', '--dry-run=server', 'drplan', 'orders', 'changeover.io/decision={"by":"alice",').then(() => false, () => true), { what: 'the policy to act', deadlineMs: 10_000 });
  }, LAB_MS);
  afterAll(async () => {
    await second.stop();
    await scenario.end();
  }, LAB_MS);

  const waiting = (): Promise<unknown> => untilConditions('east', 'Held', ({ Held }) => Held?.reason === 'Waiting');
  const rests = async (at: SiteName): Promise<void> => {
    for (const site of siteNames) await untilConditions(site, `Ready with ${at}`, ({ Ready }, plan) => Ready?.status === 'True' && (plan['status'] as { primaryCluster?: string }).primaryCluster === at);
  };

  test('carries the name of who patched, and is approved by nobody whose name is not right', async () => {
    await patchAs('east', 'bob', 'west');
    await waiting();
    expect((await statusOf(scenario)).requestedBy).toMatch(/bob/);
    expect(await eventsAt('east')).toContainEqual(expect.stringMatching(/^MigrationStarted: run .* asked for by bob \(verified\)/));
    expect(await decided('west', 'bob', '{"by":"bob","decision":"approve","reason":"me too"}')).toMatchObject({ by: 'bob', outcome: 'rejected', verified: true, message: expect.stringMatching(/approver/) });
    expect(await decided('west', 'bob', '{"by":"bob","decision":"approve","colour":"red","reason":"x"}')).toMatchObject({ outcome: 'rejected', message: expect.stringMatching(/unknown field "colour"/) });
    await expect(decided('west', 'bob', '{"by":"alice","decision":"approve","reason":"as she would"}')).rejects.toThrow(/must begin with \{"by":"bob"/);
    await untilConditions('west', 'Decision', ({ Decision }) => Decision?.status === 'False' && Decision.reason === 'Rejected');
    expect(await eventsAt('west')).toContainEqual(expect.stringMatching(/^DecisionRejected: approve by bob/));
    expect(await allRuns()).toHaveLength(1);
  }, RUN_MS);

  test('is not moved by a patch to a third site', async () => {
    await patchPrimary('east', 'north');
    await waitFor(async () => (await eventsAt('east')).some((event) => /^ChangeRefused: Run .* moves the application to west; north was ignored/.test(event)), { what: 'the refusal', deadlineMs: 10_000 });
    expect(await allRuns()).toHaveLength(1);
  }, RUN_MS);

  test('is cancelled by a patch back before the line, and neither a manifest applied afterwards nor a controller that starts anew starts a run', async () => {
    await patchPrimary('east', 'east');
    await untilStatus(scenario, 'undone', ({ phase }) => phase === 'undone');
    await rests('east');
    expect((await statusOf(scenario)).decisions).toMatchObject([{ kind: 'cancel', via: 'controller' }]);
    await reapplied('east', 'west');
    await scenario.controller.stop();
    await scenario.controller.start();
    await scenario.controller.awaitLead();
    await reapplied('east', 'west');
    await rests('east');
    expect(await allRuns()).toMatchObject([{ status: expect.stringMatching(/FAILED|CANCELLED|CANCELED|COMPLETED/) }]);
  }, RUN_MS);

  test('is one run, with two controllers that see the patch, one of them killed in the middle', async () => {
    await second.start();
    await patchAs('east', 'alice', 'west');
    await waiting();
    scenario.controller.killHard();
    expect(await decided('east', 'alice', '{"by":"alice","decision":"approve","reason":"the window is open"}')).toMatchObject({ by: 'alice', outcome: 'accepted', verified: true });
    expect(await allRuns()).toHaveLength(2);
  }, RUN_MS);

  test('is not cancelled after the line, and an event says why', async () => {
    await setVvr('east', { migrateMs: 3_000 });
    await waitFor(async () => (await ownershipAt('east')).phase === 'crossing', { what: 'the crossing', deadlineMs: 40_000, intervalMs: 20 });
    await patchPrimary('east', 'east');
    await waitFor(async () => (await eventsAt('east')).some((event) => event.startsWith('TooLate: It is too late to cancel')), { what: 'TooLate', deadlineMs: 10_000 });
    await untilStatus(scenario, 'completed', ({ phase }) => phase === 'completed');
    await setVvr('east', { migrateMs: 0 });
    await rests('west');
    expect((await statusOf(scenario)).decisions).toMatchObject([{ kind: 'approve', by: 'alice', verified: true, via: 'controller' }]);
    expect(await allRuns()).toHaveLength(2);
  }, RUN_MS);

  test('and a manifest applied again after its success starts nothing', async () => {
    await reapplied('west', 'east');
    await rests('west');
    expect(await allRuns()).toHaveLength(2);
  }, RUN_MS);

  test('keeps its plan and the namespace of the plan from being deleted; where nothing keeps them, it is undone or held', async () => {
    await patchAs('west', 'alice', 'east');
    await untilConditions('west', 'Held', ({ Held }) => Held?.reason === 'Waiting');
    const kept = await manifestOf('west', 'west');
    for (const what of [['drplan', 'orders'], ['namespace', 'infoscale-vtas']]) {
      await expect(kubectl('west', 'delete', '--wait=false', ...what)).rejects.toThrow(/run orders-\S+ needs DR plan orders until it has ended/);
    }
    for (const policy of [OPEN_RUN_POLICY, OPEN_RUN_NAMESPACE_POLICY]) await kubectl('west', 'delete', 'validatingadmissionpolicybinding', policy);
    await waitFor(async () => kubectl('west', 'delete', '--dry-run=server', 'drplan', 'orders').then(() => true, () => false), { what: 'the policy to be gone', deadlineMs: 20_000 });
    await kubectl('west', 'delete', 'drplan', 'orders');
    await waitFor(async () => (await eventsAt('west')).some((event) => event.startsWith('PlanDeleted: ')), { what: 'PlanDeleted', deadlineMs: 10_000 });
    expect(await decided('east', 'alice', '{"by":"alice","decision":"approve","reason":"the window is open"}')).toMatchObject({ outcome: 'accepted' });
    const { phase, line, writer } = await untilStatus(scenario, 'undone or held', (status) => status.endedAt !== null || status.held !== null);
    expect({ phase, line, writer }).toEqual({ phase: 'undone', line: 'before', writer: 'west' });
    await kubectl('west', 'create', '-f', kept);
    await untilConditions('west', 'NeedsConfirmation', ({ NeedsConfirmation }) => NeedsConfirmation?.status === 'True');
    expect(await allRuns()).toHaveLength(3);
    expect(await scenario.judge('west')).toMatchObject(nothingLost);
  }, RUN_MS);
});
