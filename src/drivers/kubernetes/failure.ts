import { ChangeoverError } from '../../domain/errors.js';
import type { ErrorCode } from '../../domain/errors.js';

/** What an API server said when it refused, reduced to what may be shown and kept. */
export interface Refusal {
  readonly method: string;
  readonly path: string;
  readonly site: string;
  readonly status: number;
  /** The parsed body; a `Status` object as a rule, anything at all behind a broken proxy. */
  readonly body: unknown;
}

interface StatusBody {
  readonly reason?: unknown;
  readonly message?: unknown;
  readonly details?: { readonly causes?: readonly { readonly field?: unknown }[] };
}

/** Where the server's own sentence may quote the request: bodies of Secrets, of token requests and of token reviews. */
const quotesSecrets = /\/(secrets|tokenreviews|serviceaccounts\/[^/]+\/token)(\/|$)/;

/** Statuses whose sentence names objects only, never their content. */
const harmless = new Set([401, 403, 404, 409, 410, 429]);

/** The sentence of a refusal. For Secrets only the reason and the fields' names: a decoding error quotes the body around it. */
function sentence(refusal: Refusal): string {
  const body = (typeof refusal.body === 'object' && refusal.body !== null ? refusal.body : {}) as StatusBody;
  const reason = typeof body.reason === 'string' && body.reason !== '' ? body.reason : `HTTP ${refusal.status}`;
  if (quotesSecrets.test(refusal.path) && !harmless.has(refusal.status)) {
    const fields = (body.details?.causes ?? []).map((cause) => cause.field).filter((field) => typeof field === 'string');
    return fields.length === 0 ? reason : `${reason} (${fields.join(', ')})`;
  }
  return typeof body.message === 'string' && body.message !== '' ? body.message : reason;
}

function codeOf(status: number, message: string): ErrorCode {
  switch (status) {
    case 400:
    case 405:
    case 406:
    case 413:
    case 415:
    case 422:
      return 'Invalid';
    case 401:
    case 403:
      return 'Forbidden';
    case 404:
      return 'NotFound';
    case 409:
      return 'Conflict';
    case 429:
      return 'Throttled';
    default:
      // Server-side apply answers 500 to a field the schema does not know; trying again cannot help.
      return message.includes('failed to create typed patch object') || message.includes('field not declared in schema') ? 'Invalid' : 'Unreachable';
  }
}

/** A `ChangeoverError` whose cause is `{status}`: nothing else of the exchange is kept, so nothing else can leak. */
export function failureOf(refusal: Refusal): ChangeoverError {
  const said = sentence(refusal);
  const text = `${refusal.method} ${refusal.path} on ${refusal.site}: ${said}`;
  return new ChangeoverError(codeOf(refusal.status, said), text, { cause: { status: refusal.status } });
}

/** The HTTP status behind an error of this driver; null when none was received. */
export function httpStatusOf(error: unknown): number | null {
  if (!(error instanceof ChangeoverError)) return null;
  const cause = error.cause;
  if (typeof cause !== 'object' || cause === null || !('status' in cause)) return null;
  return typeof cause.status === 'number' ? cause.status : null;
}

/** A network failure. Only the code or the message of the cause is taken: the objects themselves carry keys and headers. */
export function unreachable(context: { method: string; path: string; site: string }, error: unknown): ChangeoverError {
  return new ChangeoverError('Unreachable', `${context.method} ${context.path} on ${context.site}: ${reasonOf(error)}`);
}

/** One line about a foreign error, without its object. */
export function reasonOf(error: unknown): string {
  if (typeof error !== 'object' || error === null) return String(error);
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  const message = 'message' in error && typeof error.message === 'string' ? error.message : '';
  if (message !== '' && code !== '' && !message.includes(code)) return `${message} (${code})`;
  return message || code || 'the connection failed';
}

/** What an aborted signal carries, as something to throw. */
export function abortReason(signal: AbortSignal): Error {
  return signal.reason instanceof Error ? signal.reason : new ChangeoverError('DeadlinePassed', 'The wait was ended before it was over.');
}
