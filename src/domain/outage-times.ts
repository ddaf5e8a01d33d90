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

/** What the last migration took inside its outage, kept on the DR plan. */
export interface Measured {
  /** ISO 8601 UTC. */
  readonly at: string;
  /** Milliseconds. */
  readonly steps: Readonly<Partial<Record<OutageStep, number>>>;
}

export function formatMeasured({ at, steps }: Measured): string {
  return JSON.stringify({ at, steps });
}

/** What stands in the annotation; null where it is none of ours, since anybody may write there. */
export function parseMeasured(text: string): Measured | null {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return null;
  }
  const { at, steps } = (typeof value === 'object' && value !== null ? value : {}) as { at?: unknown; steps?: unknown };
  if (typeof at !== 'string' || Number.isNaN(Date.parse(at)) || typeof steps !== 'object' || steps === null) return null;
  const known = outageSteps.flatMap((name) => {
    const ms = (steps as Readonly<Record<string, unknown>>)[name];
    return typeof ms === 'number' && Number.isFinite(ms) && ms >= 0 ? [[name, ms] as const] : [];
  });
  return { at, steps: Object.fromEntries(known) };
}
