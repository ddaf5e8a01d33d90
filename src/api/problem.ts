import { ChangeoverError, errorTable, type ErrorCode } from '../domain/errors.js';

/** One field that is wrong. `in` says where it stands, `field` is a JSON pointer inside the body, else the name. */
export interface FieldFault {
  readonly in: 'body' | 'query' | 'path' | 'header';
  readonly field: string;
  readonly detail: string;
}

/** `application/problem+json` (RFC 9457), with the code and the advice of the error table. */
export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly code: ErrorCode;
  readonly advice: string;
  readonly reasons: readonly string[];
  /** Every field that is wrong; absent where it is not about fields. */
  readonly errors?: readonly FieldFault[];
  /** The run it is about. */
  readonly run?: string;
  readonly requestId: string;
}

/** An answer that is a problem: one of our errors with what HTTP adds to it. */
export class ApiError extends Error {
  constructor(
    readonly error: ChangeoverError,
    readonly extra: { readonly status?: number; readonly errors?: readonly FieldFault[]; readonly run?: string } = {},
  ) {
    super(error.message);
  }
}

/** Input that does not fit, every field at once. */
export function invalidFields(errors: readonly FieldFault[]): ApiError {
  const detail = errors.length === 1 ? 'One field is wrong.' : `${errors.length} fields are wrong.`;
  return new ApiError(new ChangeoverError('Invalid', detail, { reasons: errors.map((e) => `${e.in} ${e.field}: ${e.detail}`) }), { errors });
}

/** Where a code has a status of its own; every other has that of its family. */
const statusOfCode: Readonly<Partial<Record<ErrorCode, number>>> = {
  Invalid: 400,
  Unauthenticated: 401,
  NotAllowed: 403,
  NotFound: 404,
  Busy: 409,
  Conflict: 409,
  KeyReused: 422,
  Throttled: 429,
  // Our own account lacks a right, or the installation mixes up sites: nothing the sender can correct.
  Forbidden: 500,
  WrongSite: 500,
};

const statusOfFamily: Readonly<Record<ReturnType<typeof familyOf>, number>> = {
  refused: 409,
  transient: 503,
  throttled: 503,
  'not-yet': 503,
  ambiguous: 500,
  'precondition-lost': 409,
  unsafe: 409,
  'needs-person': 409,
  bug: 500,
};

function familyOf(code: ErrorCode) {
  return errorTable[code].family;
}

const titles: Readonly<Record<number, string>> = {
  400: 'The request is wrong',
  401: 'Not authenticated',
  403: 'Not allowed',
  404: 'Not found',
  409: 'Not possible now',
  413: 'Too large',
  415: 'Not JSON',
  422: 'The key belongs to another request',
  429: 'Too many requests',
  500: 'Something went wrong',
  503: 'Not available now',
};

/** What an error becomes. Anything that is not ours is a bug, and says nothing of itself. */
export function problemOf(error: unknown, requestId: string): Problem {
  const known = error instanceof ApiError ? error : new ApiError(error instanceof ChangeoverError ? error : frameworkError(error));
  const { error: own, extra } = known;
  const status = extra.status ?? httpErrorStatus(error) ?? statusOfCode[own.code] ?? statusOfFamily[familyOf(own.code)];
  return {
    // A tag URI (RFC 4151): it names the kind of problem and is not meant to be fetched.
    type: `tag:changeover.io,2026:errors/${own.code}`,
    title: titles[status] ?? 'Something went wrong',
    status,
    detail: own.message,
    code: own.code,
    advice: errorTable[own.code].advice,
    reasons: own.reasons,
    ...(extra.errors === undefined ? {} : { errors: extra.errors }),
    ...(extra.run === undefined ? {} : { run: extra.run }),
    requestId,
  };
}

/** What the HTTP framework finds wrong by itself. */
const sentences: Readonly<Record<number, string>> = {
  400: 'The request cannot be read: is the body JSON?',
  413: 'The body is larger than this server takes.',
  415: 'The body must be application/json.',
};

function httpErrorStatus(error: unknown): number | null {
  if (typeof error !== 'object' || error === null || !('statusCode' in error) || typeof error.statusCode !== 'number') return null;
  if (error.statusCode < 400 || error.statusCode >= 500) return null;
  return sentences[error.statusCode] === undefined ? 400 : error.statusCode;
}

function frameworkError(error: unknown): ChangeoverError {
  const status = httpErrorStatus(error);
  if (status !== null) return new ChangeoverError('Invalid', sentences[status] ?? '');
  return new ChangeoverError('Bug', 'Something happened that the program does not know.');
}
