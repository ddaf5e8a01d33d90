import { sameContent } from './same.js';
import type { Fields } from './object.js';

function isMap(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The JSON merge patch (RFC 7386) that turns `from` into `to`; null when nothing differs. */
export function mergePatch(from: Fields, to: Fields): Fields | null {
  const patch: Fields = {};
  for (const key of Object.keys(from)) {
    if (to[key] === undefined || to[key] === null) {
      if (from[key] !== undefined && from[key] !== null) patch[key] = null;
    }
  }
  for (const [key, value] of Object.entries(to)) {
    if (value === undefined || value === null) continue;
    const old = from[key];
    if (isMap(value) && isMap(old)) {
      const inner = mergePatch(old, value);
      if (inner !== null) patch[key] = inner;
    } else if (!sameContent(old, value)) {
      patch[key] = value;
    }
  }
  return Object.keys(patch).length === 0 ? null : patch;
}
