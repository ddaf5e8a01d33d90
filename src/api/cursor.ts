import { createHash } from 'node:crypto';
import type { RunFilter } from '../client/runs.js';
import { invalidFields } from './problem.js';

/** A place in a list: Temporal's own token with a mark of the filter it belongs to, as one word. */
export function cursorOf(filter: RunFilter, token: Uint8Array): string {
  return Buffer.concat([markOf(filter), token]).toString('base64url');
}

/** Temporal's token again. Throws `Invalid` for a cursor of another list. */
export function tokenOf(filter: RunFilter, cursor: string): Uint8Array {
  const bytes = Buffer.from(cursor, 'base64url');
  const mark = markOf(filter);
  if (bytes.length <= mark.length || !bytes.subarray(0, mark.length).equals(mark)) throw invalidFields([{ in: 'query', field: 'cursor', detail: 'It belongs to a list with other filters, or to none.' }]);
  return bytes.subarray(mark.length);
}

function markOf(filter: RunFilter): Buffer {
  const { plan, phase, outcome, site, since } = filter;
  return createHash('sha256').update(JSON.stringify([plan, phase, outcome, site, since])).digest().subarray(0, 8);
}
