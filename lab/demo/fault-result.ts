import type { Played } from '../faults/play.js';
import type { Gap, Verdict } from '../scenario/verdict.js';

/** What `--fault NAME --json` prints. Times in seconds, as the client that obeys TTLs saw them. */
export interface FaultDemoResult {
  readonly fault: string;
  readonly outcome: string;
  readonly runId: string;
  /** The longest time without an acknowledgement around the outage under the fault; null without an outage. */
  readonly outageSeconds: number | null;
  /** From the decision to turn back until the client was served again; null where nobody turned back. */
  readonly timeToServiceSeconds: number | null;
  /** The outage of the migration without a fault that followed in the same lab. */
  readonly migrationOutageSeconds: number | null;
  readonly writesAcknowledged: number | null;
  readonly writesLost: number | null;
  readonly writersAtOnce: number | null;
  readonly primary: string;
  /** Why it is not as it must be; empty when it is. */
  readonly reasons: readonly string[];
}

/** A way back may take so many times as long as a migration's outage. */
const TURN_BACK_AT_MOST = 1.5;

export function faultDemoResult(fault: string, given: { played: Played; next: Played; verdict: Verdict }): FaultDemoResult {
  const { played, next, verdict } = given;
  const gaps = verdict.outages?.['ttl']?.gaps ?? [];
  const under = gapAround(gaps, played.outage);
  const after = gapAround(gaps, next.outage);
  const timeToServiceSeconds = played.turnedBackAt === null || under === null ? null : (under.to - played.turnedBackAt) / 1000;
  const tooLong = timeToServiceSeconds !== null && after !== null && timeToServiceSeconds > TURN_BACK_AT_MOST * after.seconds;
  return {
    fault,
    outcome: played.outcome,
    runId: played.run,
    outageSeconds: under?.seconds ?? null,
    timeToServiceSeconds,
    migrationOutageSeconds: after?.seconds ?? null,
    writesAcknowledged: verdict.writesAcknowledged ?? null,
    writesLost: verdict.writesLost ?? null,
    writersAtOnce: verdict.writersAtOnce ?? null,
    primary: next.serves,
    reasons: [...played.reasons, ...next.reasons, ...verdict.reasons, ...(tooLong ? [`the way back took more than ${TURN_BACK_AT_MOST} times a migration's outage`] : [])],
  };
}

/** The longest gap that meets the outage as the run saw it. */
function gapAround(gaps: readonly Gap[], outage: Played['outage']): Gap | null {
  if (outage === null) return null;
  const meeting = gaps.filter(({ from, to }) => from <= outage.to && to >= outage.from);
  return meeting.toSorted((a, b) => b.seconds - a.seconds)[0] ?? null;
}
