import { readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import type { Progress } from '../../lab/progress.js';
import { waitFor } from '../../lab/process/wait.js';
import { withApi } from '../../lab/scenario/application.js';
import { Scenario } from '../../lab/scenario/scenario.js';
import { auditLog } from '../../lab/site/audit.js';
import { labSettings, siteNames, sites, type SiteName } from '../../lab/settings.js';
import { addPlans, PLANS, type PlanLike } from './many-plans.js';
import { spreadOf, type Spread } from '../statistics.js';

export interface ControllerMeasurement {
  /** From just before the patch is sent until the run's first step starts, seconds. */
  readonly firstStepSeconds: Spread | null;
  readonly idle: {
    readonly plans: number;
    /** How long it was counted. */
    readonly seconds: number;
    /** Requests to the API servers of both sites together, by what they ask for. */
    readonly requests: Readonly<Record<string, number>>;
    readonly perSecond: number;
  };
}

export interface ControllerBenchOptions {
  readonly runs: number;
  readonly plans: number;
  readonly idleSeconds: number;
  /** What the lab does. */
  readonly progress: Progress;
  /** What was measured so far. */
  readonly say: (line: string) => void;
  readonly signal: AbortSignal;
}

const ACCOUNT = 'system:serviceaccount:changeover-system:changeover-controller';
/** After the last plan is shown Ready: what the start has set off comes to rest. */
const REST_MS = 15_000;

/** How soon a controller answers a patch, and the requests that it makes with nothing to do; all in one lab, with all the plans. */
export async function measureController(options: ControllerBenchOptions): Promise<ControllerMeasurement> {
  const { plans, idleSeconds, runs, progress, say, signal } = options;
  const scenario = new Scenario({ settings: { ...labSettings(), ttlSeconds: 1, audit: true }, controller: { leaseSeconds: 15 }, signal, progress });
  try {
    await scenario.begin();
    await addPlans(plans - 1);
    for (const site of siteNames) await waitFor(async () => (await readyPlans(site)) === plans, { what: `${plans} plans to be Ready at ${site}`, deadlineMs: 120_000, intervalMs: 500 });
    const seconds: number[] = [];
    const patch = async (): Promise<void> => {
      seconds.push(await firstStepAfterPatch(scenario));
      say(`patch ${seconds.length} of ${runs}: ${seconds.at(-1)?.toFixed(3)} s to the first step`);
    };
    // Before the rest: preflight refuses where the load has left the target behind meanwhile, and then there is no step to wait for.
    while (seconds.length < runs) await patch();
    say(`${plans} plans are Ready on both sites; counting for ${idleSeconds} s`);
    await pause(REST_MS, undefined, { signal });
    const from = Date.now();
    await pause(idleSeconds * 1000, undefined, { signal });
    const requests = requestsBetween(from, from + idleSeconds * 1000);
    say(`counted: ${JSON.stringify(requests)}`);
    const total = Object.values(requests).reduce((sum, count) => sum + count, 0);
    return { firstStepSeconds: spreadOf(seconds), idle: { plans, seconds: idleSeconds, requests, perSecond: total / idleSeconds } };
  } finally {
    await scenario.end();
  }
}

async function readyPlans(site: SiteName): Promise<number> {
  const { items } = await withApi(site, async (api) => (await api.request('GET', PLANS)) as { items: readonly PlanLike[] });
  return items.filter(isReady).length;
}

function isReady({ status }: PlanLike): boolean {
  return status?.conditions?.some(({ type, status: is }) => type === 'Ready' && is === 'True') ?? false;
}

interface AuditEvent {
  readonly verb: string;
  readonly stageTimestamp: string;
  readonly user: { readonly username: string };
  readonly objectRef?: { readonly resource: string; readonly name?: string };
}

/** By the API servers' audit logs. A watch counts when it ends, as often as it begins. */
function requestsBetween(from: number, to: number): Readonly<Record<string, number>> {
  const counts = new Map<string, number>();
  const events = siteNames.flatMap((site) => readFileSync(auditLog(sites[site]), 'utf8').split('\n')).filter((line) => line !== '').map((line) => JSON.parse(line) as AuditEvent);
  for (const { verb, stageTimestamp, user, objectRef } of events) {
    const at = Date.parse(stageTimestamp);
    if (user.username !== ACCOUNT || at < from || at >= to) continue;
    const what = `${verb} ${objectRef?.resource ?? 'elsewhere'}`;
    counts.set(what, (counts.get(what) ?? 0) + 1);
  }
  return Object.fromEntries([...counts].sort(([, a], [, b]) => b - a));
}

interface StatusLike {
  readonly run: string;
  readonly steps: readonly { readonly name: string; readonly startedAt: string }[];
}

/** Patches, waits until the run is at work, and patches back, which undoes it. Seconds until its first step started. */
async function firstStepAfterPatch(scenario: Scenario): Promise<number> {
  const said = scenario.controller.log.length;
  const before = Date.now();
  await patchPrimary('west');
  await waitFor(async () => / step \S+ done/.test(scenario.controller.log.slice(said)), { what: 'a first step to be done', deadlineMs: 60_000 }).catch((error: unknown) => failed(error, scenario));
  await patchPrimary('east');
  await waitFor(async () => / undone/i.test(scenario.controller.log.slice(said)) && (await isAtRest()), { what: 'the run to be undone', deadlineMs: 60_000, intervalMs: 250 });
  const { steps } = JSON.parse((await scenario.try(['status', 'orders', '-o', 'json'])).stdout) as StatusLike;
  const [first] = steps.toSorted((a, b) => a.startedAt.localeCompare(b.startedAt));
  if (first === undefined) throw new Error('the run has no step');
  return (Date.parse(first.startedAt) - before) / 1000;
}

function failed(error: unknown, { controller }: Scenario): never {
  throw new Error(`${error instanceof Error ? error.message : String(error)}; the controller says:\n${controller.log.slice(-4_000)}`);
}

function patchPrimary(primary: SiteName): Promise<unknown> {
  return withApi('east', (api) => api.request('PATCH', `${PLANS}/orders?fieldManager=kubectl-patch`, { value: { spec: { primaryCluster: primary } }, type: 'application/merge-patch+json' }));
}

async function isAtRest(): Promise<boolean> {
  return isReady(await withApi('east', async (api) => (await api.request('GET', `${PLANS}/orders`)) as PlanLike));
}
