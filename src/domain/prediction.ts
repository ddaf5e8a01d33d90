import { longestBacklog, type Backlog } from './backlog.js';
import { absentImages } from './fitting.js';
import type { ApplicationObservation, ReplicationView, SiteObservation } from './observation.js';
import { outageSteps, type Measured, type OutageStep, type PodTimes, type PredictedPart, type Prediction } from './outage-times.js';
import type { Status } from './status.js';

/** Where nothing was observed: what stopping a quick application, an idle link, a near role command and a near name server took on an idle lab (README.md, "Measured"), with some room for a busier one; and a start that is not quick. */
const usual: Readonly<Record<OutageStep, number>> = { 'offline-source': 500, 'drain-replication': 250, 'swap-roles': 500, 'activate-target': 5_000, 'redirect-traffic': 150 };

/** Pods are seen with whole seconds: a smaller change between two starts says nothing. */
const WHOLE_SECONDS = 2_000;

/** Pods that were made and became Ready within one second of the clock took none by it: half a second, and what it takes until they are asked for. */
const LEAST_START_MS = 750;

interface Known {
  /** What the pods that serve now say of themselves. */
  readonly pods: PodTimes;
  /** What the Secondary that takes longest still lacks; null: nothing says so. */
  readonly backlog: (Backlog & { readonly at: string }) | null;
  /** How long each step of the last outage took, and when that was; null: it is not remembered. */
  readonly measured: Measured | null;
  /** How many images no node of the target has; absent: it is not known. */
  readonly toPull?: number;
}

/** What an image takes that a node has to fetch, where nobody can say how large it is. */
const USUAL_PULL_MS = 10_000;

export function predictOutage({ pods, backlog, measured, toPull = 0 }: Known): Prediction {
  const last = (step: OutageStep): PredictedPart => {
    const ms = measured?.steps[step];
    return ms === undefined ? { step, ms: usual[step], from: 'a usual time' } : { step, ms, from: `as long as on ${measured?.at.slice(0, 10)}` };
  };
  const offline = stopOf(last('offline-source'), pods, measured);
  const least = last('drain-replication').ms;
  const drains = backlog !== null && backlog.ms - offline.ms > least;
  const parts = outageSteps.map((step): PredictedPart => {
    const part = last(step);
    if (step === 'offline-source') return offline;
    if (step === 'activate-target') return pulling(startOf(part, pods, measured), toPull);
    // What is on its way goes on arriving while the application stops.
    if (step === 'drain-replication' && drains) return { step, ms: backlog.ms - offline.ms, from: backlog.from };
    return part;
  });
  return { parts, totalMs: totalOf(parts), pods, ...(drains ? { backlog: { at: backlog.at, ms: backlog.ms, least } } : {}) };
}

/** The same prediction some time later, before the outage: a backlog has gone on draining since it was read. */
export function predictionAt(prediction: Prediction, nowMs: number): Prediction {
  const { backlog } = prediction;
  if (backlog === undefined) return prediction;
  const left = backlog.ms - Math.max(0, nowMs - Date.parse(backlog.at)) - partOf(prediction, 'offline-source');
  const parts = prediction.parts.map((part) => (part.step === 'drain-replication' ? { ...part, ms: Math.max(backlog.least, Math.min(part.ms, left)) } : part));
  return { ...prediction, parts, totalMs: totalOf(parts) };
}

function totalOf(parts: readonly PredictedPart[]): number {
  return parts.reduce((sum, { ms }) => sum + ms, 0);
}

/** A preStop hook that waits is waited for; what was remembered contains the hook of then. */
function stopOf(part: PredictedPart, { stopMs }: PodTimes, measured: Measured | null): PredictedPart {
  const isRemembered = measured?.steps['offline-source'] !== undefined;
  if (isRemembered && measured?.pods === undefined) return part;
  const more = (stopMs ?? 0) - (isRemembered ? (measured?.pods?.stopMs ?? 0) : 0);
  return more === 0 ? part : { ...part, ms: Math.max(0, part.ms + more), from: `${part.from}, and what its preStop hooks wait ${isRemembered ? 'now' : ''}`.trimEnd() };
}

/** What the application needed when it was last moved says more than its pods, unless those took another time since. */
function startOf(part: PredictedPart, { startMs }: PodTimes, measured: Measured | null): PredictedPart {
  if (startMs === null) return part;
  const then = measured?.pods?.startMs ?? null;
  const isRemembered = measured?.steps['activate-target'] !== undefined;
  if (isRemembered && (then === null || Math.abs(startMs - then) < WHOLE_SECONDS)) return part;
  return { ...part, ms: Math.max(startMs, LEAST_START_MS), from: 'as long as its pods took last time' };
}

/** Pods wait for their images, which are fetched side by side or one after the other: nobody knows; the second is assumed. */
function pulling(part: PredictedPart, images: number): PredictedPart {
  return images === 0 ? part : { ...part, ms: part.ms + images * USUAL_PULL_MS, from: `${part.from}, and ${images} ${images === 1 ? 'image' : 'images'} to pull` };
}

/** The prediction for an application as its source was observed; `target`: where it goes, as far as that was looked at. */
export function predictFrom({ at, application, replication, plan }: { readonly application: Pick<ApplicationObservation, 'slowestStartMs' | 'declaredStopMs' | 'demand'>; readonly replication: Pick<ReplicationView, 'secondaries'> | null } & Pick<SiteObservation, 'at' | 'plan'>, target: Pick<SiteObservation, 'room'> = {}): Prediction {
  const pods = { stopMs: application.declaredStopMs ?? null, startMs: application.slowestStartMs };
  const backlog = longestBacklog(replication?.secondaries ?? []);
  return predictOutage({ pods, backlog: backlog === null ? null : { ...backlog, at }, measured: plan?.measured ?? null, toPull: application.demand === undefined || target.room == null ? 0 : absentImages(application.demand, target.room).length });
}

/**
 * What of a finished run is worth remembering for the next prediction; null: it had no outage, or not an ordinary one. A person's time,
 * a role command that hung and an outage past its budget say nothing of the next run, and would refuse it.
 */
export function measuredOf(status: Pick<Status, 'steps' | 'outage' | 'decisions' | 'lastCommand' | 'prediction'>): Measured | null {
  const { steps, outage, lastCommand } = status;
  if (outage?.endedAt == null || (lastCommand !== null && lastCommand.exitCode !== 0)) return null;
  if (Date.parse(outage.endedAt) - Date.parse(outage.startedAt) > outage.budgetMs) return null;
  const inside = status.decisions.some(({ at }) => at >= outage.startedAt && at <= (outage.endedAt ?? ''));
  const took = outageSteps.flatMap((name) => {
    const step = steps.find((s) => s.name === name);
    if (step?.state !== 'done' || step.endedAt === null || step.attempt !== 1) return [];
    const ms = Date.parse(step.endedAt) - Date.parse(step.startedAt);
    // What a backlog took says nothing of the next run, which reads its own.
    return [[name, name === 'drain-replication' ? Math.min(ms, status.prediction?.backlog?.least ?? ms) : ms] as const];
  });
  return inside || took.length === 0 ? null : { at: outage.endedAt, steps: Object.fromEntries(took), ...(status.prediction?.pods === undefined ? {} : { pods: status.prediction.pods }) };
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
