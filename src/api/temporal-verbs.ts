import type { Client } from '@temporalio/client';
import { decide } from '../client/decide.js';
import { followOne } from '../client/follow-run.js';
import { readPollers } from '../client/now.js';
import { assessRun, recoverSeen } from '../client/recover.js';
import { findRun, openRuns, pageOfRuns } from '../client/runs.js';
import { startOnce } from '../client/start-once.js';
import { preflight, startMigration } from '../client/start.js';
import { readStatus } from '../client/status.js';
import { unwrapped } from '../client/unwrap.js';
import { ChangeoverError } from '../domain/errors.js';
import { unitOfWorkflow } from '../domain/names.js';
import type { ApiSettings } from '../settings/api.js';
import type { PlanView, TemporalVerbs } from './verbs.js';

/** What a site's cluster shows of itself; for those who have a way to it. */
export interface SiteWindow {
  readonly site: string;
  plans(namespace: string): Promise<readonly { readonly name: string; readonly specPrimary: string; readonly statusPrimary: string | null }[]>;
  kubernetesVersion(): Promise<string>;
}

/** The verbs over a Temporal server, and over what can be seen of the sites. */
export function temporalVerbs(client: Client, windows: readonly SiteWindow[], { planNamespace, limits }: { readonly planNamespace: string; readonly limits: Pick<ApiSettings['limits'], 'answerMs' | 'preflightMs'> }): TemporalVerbs {
  const plansIn = async (namespace: string): ReturnType<TemporalVerbs['plans']> => {
    const [open, ...sites] = await Promise.all([
      openRuns(client),
      ...windows.map(async (window) => ({ site: window.site, found: await attempt(() => window.plans(namespace)) })),
    ]);
    const names = [...new Set(sites.flatMap(({ found }) => ('value' in found ? found.value.map(({ name }) => name) : [])))].toSorted();
    const plans = names.map((name): PlanView => ({
      plan: name,
      namespace,
      sites: sites.map(({ site, found }) => {
        const here = 'value' in found ? found.value.find((plan) => plan.name === name) : undefined;
        const unknown = 'why' in found ? found.why : here === undefined ? 'The plan does not exist here.' : null;
        return { site, specPrimary: here?.specPrimary ?? null, statusPrimary: here?.statusPrimary ?? null, unknown };
      }),
      openRun: open.find((run) => run.plan === name)?.run ?? null,
    }));
    return { plans, unread: sites.flatMap(({ site, found }) => ('why' in found ? [{ site, why: found.why }] : [])) };
  };

  const verbs: TemporalVerbs = {
    start: async (request, key) => (key === null ? { ...(await startMigration(client, request)), repeated: false } : startOnce(client, request, key)),
    preflight: (request) => preflight(client, request),
    assess: (of) => assessRun(client, of),
    recover: (request) => recoverSeen(client, request),
    runs: (filter, page) => pageOfRuns(client, filter, page),
    run: (id) => findRun(client, id),
    status: (run) => readStatus(client, unitOfWorkflow(run.workflowId), run.temporalRunId),
    decide: (run, decision) => decide(client, { unit: unitOfWorkflow(run.workflowId), temporalRunId: run.temporalRunId }, decision),
    follow: (run, options) => followOne(client, run, options),
    plans: () => plansIn(planNamespace),
    async plan({ namespace, name }) {
      const { plans, unread } = await plansIn(namespace);
      const found = plans.find((plan) => plan.plan === name);
      if (found !== undefined) return found;
      if (unread.length === 0) throw new ChangeoverError('NotFound', `No site has a plan ${namespace}/${name}.`);
      throw new ChangeoverError('Unreachable', `No site that answers has a plan ${namespace}/${name}.`, { reasons: unread.map(({ site, why }) => `${site}: ${why}`) });
    },
    sites: () =>
      Promise.all(
        windows.map(async (window) => {
          const [workers, version] = await Promise.all([readPollers(client, window.site), attempt(() => window.kubernetesVersion())]);
          return { site: window.site, workers, kubernetesVersion: 'value' in version ? version.value : null, unknown: 'why' in version ? version.why : null };
        }),
      ),
    async ready() {
      await client.workflowService.getSystemInfo({});
    },
  };
  return translating(verbs, (ms, call) => client.withDeadline(Date.now() + ms, call), limits);
}

const READY_WITHIN_MS = 3_000;
const STATUS_WITHIN_MS = 5_000;

async function attempt<T>(ask: () => Promise<T>): Promise<{ readonly value: T } | { readonly why: string }> {
  try {
    return { value: await ask() };
  } catch (error) {
    return { why: error instanceof Error ? error.message : String(error) };
  }
}

/** Of gRPC: the server is away or slow, or did not take the input. */
const AWAY = new Set([1, 8, 14]);
const DEADLINE = 4;
const INVALID = 3;

/** Temporal's failures in our words; its own text names addresses and is kept as the cause, for the log. */
function translated(error: unknown): unknown {
  const known = unwrapped(error);
  if (known instanceof ChangeoverError) return known;
  for (let cause: unknown = known; cause instanceof Error; cause = cause.cause) {
    const code = 'code' in cause ? cause.code : null;
    if (typeof code !== 'number') continue;
    if (code === DEADLINE) return new ChangeoverError('Unreachable', 'There was no answer in time. What was asked for may still happen: read before trying again.', { cause: error });
    if (AWAY.has(code)) return new ChangeoverError('Unreachable', 'Temporal does not answer.', { cause: error });
    if (code === INVALID) return new ChangeoverError('Invalid', 'Temporal does not take this question; a cursor that is too old is one.', { cause: error });
  }
  return known;
}

type WithDeadline = <T>(ms: number, call: () => Promise<T>) => Promise<T>;

/** The same verbs, each with its time, and with every failure in our words. */
function translating(verbs: TemporalVerbs, within: WithDeadline, { answerMs, preflightMs }: Pick<ApiSettings['limits'], 'answerMs' | 'preflightMs'>): TemporalVerbs {
  const say = async <T>(call: () => Promise<T>, ms = answerMs): Promise<T> => {
    try {
      return await within(ms, call);
    } catch (error) {
      throw translated(error);
    }
  };
  return {
    start: (request, key) => say(() => verbs.start(request, key)),
    preflight: (request) => say(() => verbs.preflight(request), preflightMs),
    assess: (of) => say(() => verbs.assess(of), preflightMs),
    recover: (request) => say(() => verbs.recover(request), preflightMs),
    runs: (filter, page) => say(() => verbs.runs(filter, page)),
    run: (id) => say(() => verbs.run(id)),
    // Shorter than the rest of the answer: a run whose worker is away is shown without it.
    status: (run) => say(() => verbs.status(run), Math.min(STATUS_WITHIN_MS, answerMs / 2)),
    decide: (run, decision) => say(() => verbs.decide(run, decision)),
    follow: (run, options) => verbs.follow(run, options),
    plans: () => say(() => verbs.plans()),
    plan: (plan) => say(() => verbs.plan(plan)),
    sites: () => say(() => verbs.sites()),
    ready: () => say(() => verbs.ready(), READY_WITHIN_MS),
  };
}
