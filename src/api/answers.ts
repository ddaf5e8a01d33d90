import type { z } from 'zod';
import { problem } from './schemas/views.js';

const said: Readonly<Record<number, string>> = {
  400: 'The request is wrong; every field that is, is named',
  401: 'There is no valid bearer token',
  403: 'Known, but not allowed',
  404: 'There is no such thing',
  409: 'Not possible now; the detail says what is',
  413: 'The body is too large',
  415: 'The body is not JSON',
  422: 'The Idempotency-Key belongs to another request',
  429: 'Too many requests',
  500: 'A mistake of the program or of its installation',
  503: 'Temporal, a worker or the authentication does not answer',
};

/** Every route under /v1 may answer these. */
const usual = [400, 401, 403, 429, 500, 503];

/** The documented answers of a route: what it gives, and the problems that may come instead. */
export function answers(given: Readonly<Record<number, z.ZodType>>, problems: readonly number[] = []): Record<number, unknown> {
  return withProblems(given, [...usual, ...problems]);
}

export function withProblems(given: Readonly<Record<number, z.ZodType>>, problems: readonly number[]): Record<number, unknown> {
  return {
    ...given,
    ...Object.fromEntries(problems.toSorted((a, b) => a - b).map((status) => [status, { description: said[status] ?? 'A problem', content: { 'application/problem+json': { schema: problem } } }])),
  };
}
