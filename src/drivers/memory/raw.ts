import { mark } from '../../domain/names.js';
import type { RawObject } from '../../ports/objects.js';

/** Small helpers over raw objects: the memory world keeps real Kubernetes shapes, so that captures look like captures. */

export function specOf(object: RawObject): Record<string, unknown> {
  const found = object['spec'];
  if (typeof found === 'object' && found !== null) return found as Record<string, unknown>;
  const made: Record<string, unknown> = {};
  object['spec'] = made;
  return made;
}

/** The value at a path, or undefined where the path ends early. */
export function at(value: unknown, ...path: readonly string[]): unknown {
  let here = value;
  for (const key of path) {
    if (typeof here !== 'object' || here === null) return undefined;
    here = (here as Record<string, unknown>)[key];
  }
  return here;
}

export function textAt(value: unknown, ...path: readonly string[]): string | null {
  const found = at(value, ...path);
  return typeof found === 'string' ? found : null;
}

export function keyOf(object: Pick<RawObject, 'kind' | 'metadata'>): string {
  return `${object.kind}/${object.metadata.name}`;
}

export function setLabel(object: RawObject, name: string, value: string | null): void {
  set(object.metadata, 'labels', { name, value });
}

export function setAnnotation(object: RawObject, name: string, value: string | null): void {
  set(object.metadata, 'annotations', { name, value });
}

/** The last entry takes the map with it: an object that was marked and unmarked is what it was before. */
function set(metadata: RawObject['metadata'], map: 'labels' | 'annotations', entry: { name: string; value: string | null }): void {
  const { [entry.name]: _, ...rest } = metadata[map] ?? {};
  const entries = entry.value === null ? rest : { ...rest, [entry.name]: entry.value };
  if (Object.keys(entries).length > 0) metadata[map] = entries;
  else delete metadata[map];
}

interface Original {
  readonly run: string;
  readonly value: Readonly<Record<string, unknown>>;
}

/** Written once: a second writer would record what the first one had made of it. */
export function keepOriginal(object: RawObject, run: string, value: Record<string, unknown>): void {
  if (originalOf(object) === null) setAnnotation(object, mark.original, JSON.stringify({ run, value } satisfies Original));
}

export function originalOf(object: RawObject): Original | null {
  const text = object.metadata.annotations?.[mark.original];
  return text === undefined ? null : (JSON.parse(text) as Original);
}

/** Gives the object its own values back and drops the note. False when nothing was noted. */
export function restoreOriginal(object: RawObject): boolean {
  const original = originalOf(object);
  if (original === null) return false;
  Object.assign(specOf(object), original.value);
  setAnnotation(object, mark.original, null);
  return true;
}

/** JSON with sorted keys: equal content gives equal text. */
export function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (typeof value === 'object' && value !== null) {
    const entries = Object.entries(value).filter(([, v]) => v !== undefined).toSorted(([a], [b]) => (a < b ? -1 : 1));
    return `{${entries.map(([k, v]) => `${JSON.stringify(k)}:${canonical(v)}`).join(',')}}`;
  }
  return JSON.stringify(value) ?? 'null';
}
