import { ActivityFailure, ApplicationFailure, TimeoutFailure, isCancellation } from '@temporalio/workflow';
import { errorTable, isErrorCode, type ErrorCode } from '../domain/errors.js';

/** What a failure means to a person: the code of the error table, the sentence that says what is, and the advice. */
export interface Explained {
  readonly code: ErrorCode;
  readonly message: string;
  readonly advice: string;
}

/** Walks the causes once; nobody else looks into failure chains. */
export function explain(error: unknown): Explained {
  for (let cause: unknown = error; cause instanceof Error; cause = cause.cause) {
    if (cause instanceof ApplicationFailure && isErrorCode(cause.type)) return explained(cause.type, cause.message);
    if (cause instanceof TimeoutFailure) return { code: 'Unreachable', ...lateness(cause, { call: error instanceof ActivityFailure ? error.activityType : 'a call', site: siteOf(error) ?? 'a site' }) };
    if (isCancellation(cause)) return explained('NeedsDecision', 'Cancelled.');
  }
  return explained('Bug', error instanceof Error ? error.message : String(error));
}

/** Why a call was given up: nobody took it, its worker went silent, or it took too long. */
function lateness({ timeoutType, cause }: TimeoutFailure, { call, site }: { call: string; site: string }): Pick<Explained, 'message' | 'advice'> {
  if (timeoutType === 'SCHEDULE_TO_START') return { message: `No worker of ${site} took up ${call}.`, advice: `Start the worker of ${site}, or restore its connection to Temporal (changeover workers shows who answers), then retry.` };
  if (timeoutType === 'HEARTBEAT') return { message: `The worker of ${site} went silent in the middle of ${call}.`, advice: `See that the worker of ${site} runs and reaches Temporal (changeover workers), then retry.` };
  return { message: `${call} on ${site} did not end in time${cause instanceof Error ? `; it said last: ${cause.message}` : '.'}`, advice: `See what it waits for on ${site} and mend that; then retry, where it needs longer with --deadline SECONDS.` };
}

/** The site whose call failed, as the call's own id names it; null: no call of a site did. */
export function siteOf(error: unknown): string | null {
  for (let cause: unknown = error; cause instanceof Error; cause = cause.cause) {
    if (cause instanceof ActivityFailure) return /@([^#]+)/.exec(cause.activityId ?? '')?.[1] ?? null;
  }
  return null;
}

/** A failure of the run itself: it ends or undoes the run and is never retried by Temporal. */
export function failure(code: ErrorCode, message: string, details: readonly unknown[] = []): ApplicationFailure {
  return ApplicationFailure.create({ message, type: code, nonRetryable: true, details: [...details] });
}

function explained(code: ErrorCode, message: string): Explained {
  return { code, message, advice: errorTable[code].advice };
}
