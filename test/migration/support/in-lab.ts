import { withApi } from '../../../lab/scenario/application.js';
import { Scenario, type ScenarioOptions } from '../../../lab/scenario/scenario.js';
import type { ToolResult } from '../../../lab/scenario/tool.js';
import { labSettings, type SiteName } from '../../../lab/settings.js';
import { askVvrd } from '../../../lab/site/vvrd-client.js';
import { waitFor } from '../../../lab/process/wait.js';
import type { OwnershipRecord } from '../../../src/domain/ownership.js';
import type { Status } from '../../../src/domain/status.js';

/** A lab takes a quarter of a minute to come and go; a run about as long. */
export const LAB_MS = 120_000;
export const RUN_MS = 90_000;

/** One lab with the application under management for all tests of a file, which run in their order. Caches forget within a second. */
export function sharedScenario(options: ScenarioOptions = {}): { readonly now: Scenario } {
  const scenario = new Scenario({ settings: { ...labSettings(), ttlSeconds: 1 }, ...options });
  beforeAll(() => scenario.begin(), LAB_MS);
  afterAll(() => scenario.end(), LAB_MS);
  return { now: scenario };
}

export function migrate(scenario: Scenario, to: SiteName, onLine?: (line: string) => void): Promise<ToolResult> {
  return scenario.try(['migrate', 'orders', '--to', to, '--reason', `to ${to}`], onLine === undefined ? {} : { onLine });
}

export async function statusOf(scenario: Scenario): Promise<Status> {
  const { stdout } = await scenario.try(['status', 'orders', '-o', 'json']);
  return JSON.parse(stdout) as Status;
}

/** The ownership record as a site keeps it. */
export async function ownershipAt(site: SiteName): Promise<OwnershipRecord> {
  const { data } = await withApi(site, async (api) => (await api.request('GET', '/api/v1/namespaces/changeover-system/configmaps/ownership-orders')) as { data: { record: string } });
  return JSON.parse(data.record) as OwnershipRecord;
}

/** Waits until an activity of this step has taken its turn in the record of a site: it is in the middle of its work then. */
export async function untilStepBegins(site: SiteName, step: string): Promise<void> {
  await waitFor(async () => (await ownershipAt(site)).turns[step] !== undefined, { what: `${step} to begin at ${site}`, deadlineMs: 60_000, intervalMs: 5 });
}

/** Waits until the run's status is as asked. */
export async function untilStatus(scenario: Scenario, what: string, holds: (status: Status) => boolean): Promise<Status> {
  return waitFor(async () => {
    const status = await statusOf(scenario);
    return holds(status) ? status : undefined;
  }, { what, deadlineMs: 60_000 });
}

/** Sets switches of a site's VVR simulator. */
export async function setVvr(site: SiteName, set: Readonly<Record<string, unknown>>): Promise<void> {
  expect(await askVvrd(site, { op: 'sim', set })).toMatchObject({ ok: true });
}

/** The application serves at a site: the plan on both sites says so, and the client is acknowledged. */
export async function expectServedBy(scenario: Scenario, site: SiteName): Promise<void> {
  await scenario.load.awaitMore(20, 20_000);
  for (const one of ['east', 'west'] as const) {
    const plan = await scenario.planAt(one);
    expect(plan?.spec.primaryCluster).toBe(site);
    expect(plan?.status).toEqual({ primaryCluster: site });
    expect(await ownershipAt(one)).toMatchObject({ writer: site, run: null, phase: 'free' });
  }
}

/** What the judge must say of every run, however it went. */
export const nothingLost = { ok: true, reasons: [], writesLost: 0, writersAtOnce: 1 };
