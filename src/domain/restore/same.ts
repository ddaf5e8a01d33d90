import { canonical } from '../canonical.js';

/** Whether two JSON values say the same, whatever the order of their keys. */
export function sameContent(a: unknown, b: unknown): boolean {
  return a === b || canonical(a) === canonical(b);
}
