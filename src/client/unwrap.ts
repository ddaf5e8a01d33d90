import { ApplicationFailure, WorkflowFailedError } from '@temporalio/client';
import { ChangeoverError, isErrorCode } from '../domain/errors.js';

/** What a failed workflow says, as our own error again; anything else as it is. */
export function unwrapped(error: unknown): unknown {
  if (!(error instanceof WorkflowFailedError) || !(error.cause instanceof ApplicationFailure) || !isErrorCode(error.cause.type)) return error;
  const detail = error.cause.details?.[0] as { reasons?: readonly string[] } | undefined;
  const reasons = detail?.reasons ?? [];
  const headline = reasons.length > 0 ? 'Refused; nothing was changed.' : error.cause.message;
  return new ChangeoverError(error.cause.type, headline, { reasons });
}
