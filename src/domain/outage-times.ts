/** How long the parts of an outage are expected to take, milliseconds, and where each number comes from. */
export interface Prediction {
  readonly parts: readonly PredictedPart[];
  readonly totalMs: number;
  /** What it was made from of the application's pods. Absent: a prediction of an older build. */
  readonly pods?: PodTimes;
  /** A backlog that is longer than the drain would take without one. Absent: there is none. */
  readonly backlog?: { readonly at: string; readonly ms: number; readonly least: number };
}

/** What the pods say of themselves, milliseconds. Kept beside what was measured, so that the next prediction knows what has changed since. */
export interface PodTimes {
  /** How long their preStop hooks wait before they are told to stop; null: they have none that says. */
  readonly stopMs: number | null;
  /** From creation until Ready, the slowest; null: none was seen. */
  readonly startMs: number | null;
}

export interface PredictedPart {
  readonly step: OutageStep;
  readonly ms: number;
  readonly from: string;
}

/** The steps between the last write at the source and the first at the target, in their order. */
export const outageSteps = ['offline-source', 'drain-replication', 'swap-roles', 'activate-target', 'redirect-traffic'] as const;
export type OutageStep = (typeof outageSteps)[number];

/** What the last migration took inside its outage, kept on the DR plan. */
export interface Measured {
  /** ISO 8601 UTC. */
  readonly at: string;
  /** Milliseconds. */
  readonly steps: Readonly<Partial<Record<OutageStep, number>>>;
  /** What the pods said of themselves before it. Absent: remembered by an older build. */
  readonly pods?: PodTimes;
}

export function formatMeasured({ at, steps, pods }: Measured): string {
  return JSON.stringify({ at, steps, ...(pods === undefined ? {} : { pods }) });
}

/** What stands in the annotation; null where it is none of ours, since anybody may write there. */
export function parseMeasured(text: string): Measured | null {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return null;
  }
  const { at, steps, pods } = (typeof value === 'object' && value !== null ? value : {}) as { at?: unknown; steps?: unknown; pods?: unknown };
  if (typeof at !== 'string' || Number.isNaN(Date.parse(at)) || typeof steps !== 'object' || steps === null) return null;
  const known = outageSteps.flatMap((name) => {
    const ms = (steps as Readonly<Record<string, unknown>>)[name];
    return isDuration(ms) ? [[name, ms] as const] : [];
  });
  return { at, steps: Object.fromEntries(known), ...podTimesOf(pods) };
}

function podTimesOf(value: unknown): { pods?: PodTimes } {
  if (typeof value !== 'object' || value === null) return {};
  const { stopMs, startMs } = value as { stopMs?: unknown; startMs?: unknown };
  return { pods: { stopMs: isDuration(stopMs) ? stopMs : null, startMs: isDuration(startMs) ? startMs : null } };
}

function isDuration(ms: unknown): ms is number {
  return typeof ms === 'number' && Number.isFinite(ms) && ms >= 0;
}
