import { fieldsOf, type Fields } from './object.js';

/** JSON Pointers (RFC 6901) through maps. Lists are values here: nothing we hold back sits inside one. */

/** A pointer from its parts, escaped. */
export function pointerOf(...parts: string[]): string {
  return parts.map((part) => `/${part.replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}

function partsOf(pointer: string): string[] {
  return pointer.split('/').slice(1).map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));
}

/** The value at the pointer; null when it is absent. */
export function readPointer(root: unknown, pointer: string): unknown {
  let value: unknown = root;
  for (const part of partsOf(pointer)) {
    const fields = fieldsOf(value);
    if (!Object.hasOwn(fields, part)) return null;
    value = fields[part];
  }
  return value ?? null;
}

/** Sets the value in place, making maps on the way; null removes it. */
export function writePointer(root: Fields, pointer: string, value: unknown): void {
  const parts = partsOf(pointer);
  const last = parts.pop();
  if (last === undefined) return;
  let fields = root;
  for (const part of parts) {
    const next = fields[part];
    if (typeof next === 'object' && next !== null && !Array.isArray(next)) {
      fields = next as Fields;
      continue;
    }
    if (value === null) return;
    const made: Fields = {};
    fields[part] = made;
    fields = made;
  }
  if (value === null) delete fields[last];
  else fields[last] = value;
}
