import type { Verdict } from '../scenario/verdict.js';

/** What `--json` prints. Times in seconds; null where something was not measured or could not be. */
export interface DemoResult {
  readonly outcome: string;
  readonly runId: string;
  /** The longest time without an acknowledgement, seen by the client that obeys TTLs. */
  readonly outageSeconds: number | null;
  /** The same, left by a bare script that does nothing for safety; null unless it was asked for. */
  readonly floorSeconds: number | null;
  readonly writesAcknowledged: number | null;
  readonly writesLost: number | null;
  readonly writersAtOnce: number | null;
  readonly primary: string | null;
  readonly dns: { readonly before: unknown; readonly after: unknown };
  readonly historyEvents: number;
  readonly steps: readonly { readonly name: string; readonly startedAt: string; readonly seconds: number | null }[];
  /** Why the judge is not content; empty when it is. */
  readonly reasons: readonly string[];
}

interface StatusLike {
  readonly run: string;
  readonly phase: string;
  readonly steps: readonly { readonly name: string; readonly startedAt: string; readonly endedAt: string | null }[];
}

export function demoResult(given: { status: StatusLike; verdict: Verdict; dns: DemoResult['dns']; primary: string | null; historyEvents: number; floorSeconds: number | null }): DemoResult {
  const { status, verdict } = given;
  return {
    outcome: status.phase,
    runId: status.run,
    outageSeconds: verdict.outages?.['ttl']?.longest.seconds ?? null,
    floorSeconds: given.floorSeconds,
    writesAcknowledged: verdict.writesAcknowledged ?? null,
    writesLost: verdict.writesLost ?? null,
    writersAtOnce: verdict.writersAtOnce ?? null,
    primary: given.primary,
    dns: given.dns,
    historyEvents: given.historyEvents,
    steps: status.steps.map(({ name, startedAt, endedAt }) => ({ name, startedAt, seconds: endedAt === null ? null : (Date.parse(endedAt) - Date.parse(startedAt)) / 1000 })),
    reasons: verdict.reasons,
  };
}

/** The run completed, nothing was lost, and never could two sites write. */
export function isGood(result: DemoResult): boolean {
  return result.outcome === 'completed' && result.reasons.length === 0 && result.writesLost === 0 && result.writersAtOnce === 1 && result.primary === 'west';
}
