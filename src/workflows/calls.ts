import { proxyActivities } from '@temporalio/workflow';
import { ActivityFailure, TimeoutFailure, TimeoutType } from '@temporalio/common';
import type { Activities } from '../activities/index.js';
import type { Place } from '../activities/boundary.js';
import type { CallLimits, Mood } from '../domain/limits.js';
import { callLimits, type SetLimit } from '../domain/limits-set.js';
import { siteQueue } from '../domain/names.js';

/** All activities at one site; where a call stands in its run is filled in. */
export type AtSite = {
  readonly [K in keyof Activities]: (...extra: Extra<Parameters<Activities[K]>[0]>) => ReturnType<Activities[K]>;
};

type Rest<Input> = Omit<Input, keyof Place>;
type Extra<Input> = keyof Rest<Input> extends never ? [] : [Rest<Input>];

/** What every call of a step shares. */
export interface CallContext {
  readonly site: string;
  readonly mood: Mood;
  readonly title: string;
  /** The fields of `Place` that are known; `attempt` is taken anew for each call. */
  readonly input: () => object;
  /** How long the call may take over all tries, where a person said so; null: as the mood has it. */
  readonly deadlineMs?: number | null;
  /** Limits that are sealed into the run's plan; absent: the usual ones. */
  readonly limits?: readonly SetLimit[];
  /** A readable activity id that is unique in the run. */
  readonly id: (activity: string) => string;
}

/**
 * Calls go to the site's own queue. A queue that nobody polls does not count as a failed step at once:
 * the call is scheduled again until the mood's patience ends, since a worker that restarts is the common case.
 */
export function callsAt(context: CallContext): AtSite {
  const handler: ProxyHandler<object> = {
    get: (_, activity) => (extra: object = {}) => persistently(context, String(activity), extra),
  };
  return new Proxy({}, handler) as AtSite;
}

async function persistently(context: CallContext, activity: string, extra: object): Promise<unknown> {
  const patience = context.deadlineMs ?? limitsOf(context).patience;
  const until = patience === null ? Infinity : Date.now() + patience;
  const input = { ...context.input(), ...extra };
  for (;;) {
    try {
      return await schedule(context, activity, input);
    } catch (error) {
      if (!nobodyTookIt(error) || Date.now() >= until) throw error;
    }
  }
}

function schedule(context: CallContext, activity: string, input: object): Promise<unknown> {
  const l = withDeadline(limitsOf(context), context.deadlineMs ?? null);
  const proxies = proxyActivities<Record<string, (input: object) => Promise<unknown>>>({
    taskQueue: siteQueue(context.site),
    activityId: context.id(activity),
    summary: `${context.title} · ${context.site}`,
    startToCloseTimeout: l.startToClose,
    heartbeatTimeout: l.heartbeat,
    ...(l.scheduleToStart === null ? {} : { scheduleToStartTimeout: l.scheduleToStart }),
    ...(l.scheduleToClose === null ? {} : { scheduleToCloseTimeout: l.scheduleToClose }),
    retry: { initialInterval: l.retryFrom, maximumInterval: l.retryAtMost, backoffCoefficient: 1.5, ...(l.attempts === 0 ? {} : { maximumAttempts: l.attempts }) },
  });
  const call = proxies[activity];
  if (call === undefined) throw new Error(`no activity ${activity}`);
  return call(input);
}

/** What a call inside the outage may still take; it ends its waiting by itself then, and says what it waited for. */
export function budgetLeft(mood: Mood, outage: { readonly deadline: string | null } | null): { readonly withinMs?: number } {
  return mood !== 'outage' || outage?.deadline == null ? {} : { withinMs: Date.parse(outage.deadline) - Date.now() };
}

function limitsOf({ mood, site, limits = [] }: CallContext): CallLimits {
  return callLimits(mood, site, limits);
}

/** One try may take all of it: a beat each second tells a lost worker apart from slow work. */
function withDeadline(of: CallLimits, deadlineMs: number | null): CallLimits {
  return deadlineMs === null ? of : { ...of, startToClose: Math.max(of.startToClose, deadlineMs), scheduleToClose: deadlineMs };
}

/** No worker ever had the call, so nothing was done by it. */
export function nobodyTookIt(error: unknown): boolean {
  return error instanceof ActivityFailure && error.cause instanceof TimeoutFailure && error.cause.timeoutType === TimeoutType.SCHEDULE_TO_START;
}
