import type { temporal } from '@temporalio/proto';

export type RetryPolicy = temporal.api.common.v1.IRetryPolicy;

type Wire = { seconds?: unknown; nanos?: number | null } | null | undefined;

/** A protobuf duration in milliseconds; null when absent or zero, which means unlimited. */
export function millisOf(duration: Wire): number | null {
  if (duration === null || duration === undefined) return null;
  const ms = Number(duration.seconds ?? 0) * 1000 + (duration.nanos ?? 0) / 1e6;
  return ms === 0 ? null : ms;
}

/** The server's defaults: from 1 s, doubling, at most a hundred times the first. */
export function retryDelay(policy: RetryPolicy, attempts: number): number {
  const first = millisOf(policy.initialInterval) ?? 1_000;
  const most = millisOf(policy.maximumInterval) ?? 100 * first;
  return Math.min(most, first * (policy.backoffCoefficient || 2) ** (attempts - 1));
}
