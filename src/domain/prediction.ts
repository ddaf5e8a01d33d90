import type { ApplicationObservation, ReplicationView, SiteObservation } from './observation.js';
import { outageSteps, type Measured, type OutageStep, type PredictedPart, type Prediction } from './outage-times.js';
import type { Status } from './status.js';

/** Where nothing was observed: what a quick application, an idle link and a near name server take. */
const usual: Readonly<Record<OutageStep, number>> = { 'offline-source': 1_000, 'drain-replication': 500, 'swap-roles': 1_000, 'activate-target': 5_000, 'redirect-traffic': 300 };

interface Known {
  /** From a pod's creation until it was Ready, the slowest of those that serve now; null: none could be seen. */
  readonly slowestStartMs: number | null;
  /** How far the Secondary that is furthest behind is; null: nothing says so. */
  readonly behindMs: number | null;
  /** How long each step of the last outage took, and when that was; null: it is not remembered. */
  readonly measured: Measured | null;
}

export function predictOutage({ slowestStartMs, behindMs: behind, measured }: Known): Prediction {
  const last = (step: OutageStep): PredictedPart => {
    const ms = measured?.steps[step];
    return ms === undefined ? { step, ms: usual[step], from: 'a usual time' } : { step, ms, from: `as long as on ${measured?.at.slice(0, 10)}` };
  };
  const parts = outageSteps.map((step): PredictedPart => {
    const part = last(step);
    // What the application needs today says more than what it needed then, and a backlog of today drains inside the outage.
    if (step === 'activate-target' && slowestStartMs !== null && measured?.steps[step] === undefined) return { step, ms: slowestStartMs, from: 'as long as its pods took last time' };
    if (step === 'drain-replication' && behind !== null && behind > part.ms) return { step, ms: behind, from: 'as far as the target is behind' };
    return part;
  });
  return { parts, totalMs: parts.reduce((sum, part) => sum + part.ms, 0) };
}

/** The prediction for an application as its source was observed. */
export function predictFrom(source: { readonly application: Pick<ApplicationObservation, 'slowestStartMs'>; readonly replication: Pick<ReplicationView, 'secondaries'> | null } & Pick<SiteObservation, 'plan'>): Prediction {
  const lags = (source.replication?.secondaries ?? []).flatMap(({ behind }) => behindMs(behind) ?? []);
  return predictOutage({ slowestStartMs: source.application.slowestStartMs, behindMs: lags.length === 0 ? null : Math.max(...lags), measured: source.plan?.measured ?? null });
}

/** `0h 1m 5s`, as `vradmin repstatus` says it, in milliseconds; null where it says something else. */
export function behindMs(text: string): number | null {
  const [, hours, minutes, seconds] = /^(\d+)h\s+(\d+)m\s+(\d+)s$/.exec(text.trim()) ?? [];
  return seconds === undefined ? null : ((Number(hours) * 60 + Number(minutes)) * 60 + Number(seconds)) * 1000;
}

/**
 * What of a finished run is worth remembering for the next prediction; null: it had no outage, or not an ordinary one. A person's time,
 * a role command that hung and an outage past its budget say nothing of the next run, and would refuse it.
 */
export function measuredOf(status: Pick<Status, 'steps' | 'outage' | 'decisions' | 'lastCommand'>): Measured | null {
  const { steps, outage, lastCommand } = status;
  if (outage?.endedAt == null || (lastCommand !== null && lastCommand.exitCode !== 0)) return null;
  if (Date.parse(outage.endedAt) - Date.parse(outage.startedAt) > outage.budgetMs) return null;
  const inside = status.decisions.some(({ at }) => at >= outage.startedAt && at <= (outage.endedAt ?? ''));
  const took = outageSteps.flatMap((name) => {
    const step = steps.find((s) => s.name === name);
    return step?.state === 'done' && step.endedAt !== null && step.attempt === 1 ? [[name, Date.parse(step.endedAt) - Date.parse(step.startedAt)] as const] : [];
  });
  return inside || took.length === 0 ? null : { at: outage.endedAt, steps: Object.fromEntries(took) };
}

/** What is left of the outage from now on, if nothing goes wrong; null when nothing was predicted or the outage is over. */
export function predictedRest(status: Pick<Status, 'prediction' | 'outage' | 'steps' | 'phase'>, nowMs: number): number | null {
  const { prediction, outage } = status;
  if (prediction === null || outage?.endedAt != null) return null;
  if (status.phase === 'undoing') return partOf(prediction, 'activate-target');
  const states = new Map(status.steps.map((step) => [step.name, step]));
  return prediction.parts.reduce((sum, part) => {
    const step = states.get(part.step);
    if (step === undefined || step.state === 'failed') return sum + part.ms;
    if (step.state !== 'running') return sum;
    return sum + Math.max(0, part.ms - Math.max(0, nowMs - Date.parse(step.startedAt)));
  }, 0);
}

/** The application starts again at the source. */
export function predictedReturn(prediction: Prediction): number {
  return partOf(prediction, 'activate-target');
}

function partOf(prediction: Prediction, step: OutageStep): number {
  return prediction.parts.find((part) => part.step === step)?.ms ?? 0;
}
