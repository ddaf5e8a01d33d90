import type { Status } from './status.js';

/** How long the parts of an outage are expected to take, milliseconds, and where each number comes from. */
export interface Prediction {
  readonly parts: readonly PredictedPart[];
  readonly totalMs: number;
}

export interface PredictedPart {
  readonly step: OutageStep;
  readonly ms: number;
  readonly from: string;
}

/** The steps between the last write at the source and the first at the target, in their order. */
export const outageSteps = ['offline-source', 'drain-replication', 'swap-roles', 'activate-target', 'redirect-traffic'] as const;
export type OutageStep = (typeof outageSteps)[number];

/** Where nothing was observed: what a quick application, an idle link and a near name server take. */
const usual: Readonly<Record<OutageStep, number>> = { 'offline-source': 1_000, 'drain-replication': 500, 'swap-roles': 1_000, 'activate-target': 5_000, 'redirect-traffic': 300 };

/** `slowestStartMs`: from a pod's creation until it was Ready, the slowest of those that serve now; null: none could be seen. */
export function predictOutage({ slowestStartMs }: { slowestStartMs: number | null }): Prediction {
  const parts = outageSteps.map((step): PredictedPart =>
    step === 'activate-target' && slowestStartMs !== null ? { step, ms: slowestStartMs, from: 'as long as its pods took last time' } : { step, ms: usual[step], from: 'a usual time' },
  );
  return { parts, totalMs: parts.reduce((sum, part) => sum + part.ms, 0) };
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
