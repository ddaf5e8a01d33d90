import type { FastifyRequest } from 'fastify';
import type { z } from 'zod';
import { invalidFields, type FieldFault } from './problem.js';

type Part = FieldFault['in'];

const parts: readonly (readonly [part: Part, schema: 'params' | 'querystring' | 'headers' | 'body', of: 'params' | 'query' | 'headers' | 'body'])[] = [
  ['path', 'params', 'params'],
  ['query', 'querystring', 'query'],
  ['header', 'headers', 'headers'],
  ['body', 'body', 'body'],
];

/** What is wrong in ways that a schema cannot know; given the raw body. */
export type MoreFaults = (body: unknown) => readonly FieldFault[];

/** Looks at every part of a request and throws all that is wrong at once. The framework by itself stops at the first part. */
export async function checkFields(request: FastifyRequest, more: MoreFaults): Promise<void> {
  const schemas = (request.routeOptions.schema ?? {}) as Partial<Record<(typeof parts)[number][1], z.ZodType>>;
  const faults = parts.flatMap(([part, schema, of]) => {
    const result = schemas[schema]?.safeParse(request[of] ?? undefined);
    return (result?.error?.issues ?? []).flatMap((issue) => faultsOf(part, issue));
  });
  const all = schemas.body === undefined ? faults : [...faults, ...more(request.body).filter((one) => !faults.some((fault) => fault.in === one.in && fault.field === one.field))];
  if (all.length > 0) throw invalidFields(all);
}

function faultsOf(part: Part, issue: z.core.$ZodIssue): readonly FieldFault[] {
  const at = (...more: readonly string[]) => {
    const path = [...issue.path.map(String), ...more];
    return part === 'body' ? path.map((step) => `/${step.replaceAll('~', '~0').replaceAll('/', '~1')}`).join('') : path.join('.');
  };
  if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => ({ in: part, field: at(key.slice(0, 100)), detail: 'There is no such field.' }));
  return [{ in: part, field: at(), detail: issue.message }];
}
