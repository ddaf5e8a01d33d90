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
    if (cause instanceof TimeoutFailure) {
      const where = error instanceof ActivityFailure ? `${error.activityType} (${error.activityId ?? ''})` : 'a call';
      return explained('Unreachable', `${where} was not answered in time (${cause.timeoutType}${cause.cause instanceof Error ? `; last: ${cause.cause.message}` : ''}).`);
    }
    if (isCancellation(cause)) return explained('NeedsDecision', 'Cancelled.');
  }
  return explained('Bug', error instanceof Error ? error.message : String(error));
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
