import { mark } from '../../domain/names.js';
import { leftSentence } from '../../domain/restore/original.js';
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
  /** What the run set instead. */
  readonly set: Readonly<Record<string, unknown>>;
}

/** Sets fields of the spec and notes what they were. Noted once: a second writer would record what the first one had made of it. */
export function setNoting(object: RawObject, run: string, set: Record<string, unknown>): void {
  const spec = specOf(object);
  const value = Object.fromEntries(Object.keys(set).map((field) => [field, spec[field]]));
  if (originalOf(object) === null) setAnnotation(object, mark.original, JSON.stringify({ run, value, set } satisfies Original));
  Object.assign(spec, set);
}

export function originalOf(object: RawObject): Original | null {
  const text = object.metadata.annotations?.[mark.original];
  return text === undefined ? null : (JSON.parse(text) as Original);
}

/** Gives back what still is as the run set it, and drops the note. Returns a sentence for each value that is someone else's by now: it stays. */
export function giveBack(object: RawObject): readonly string[] {
  const original = originalOf(object);
  if (original === null) return [];
  const spec = specOf(object);
  const fields = Object.entries(original.value);
  const ours = fields.filter(([field]) => canonical(spec[field]) === canonical(original.set[field]));
  const left = fields.filter(([field, value]) => !ours.some(([mine]) => mine === field) && canonical(spec[field]) !== canonical(value));
  const sentences = left.map(([field, was]) => leftSentence(keyOf(object), `spec.${field}`, { is: spec[field], was }));
  Object.assign(spec, Object.fromEntries(ours));
  setAnnotation(object, mark.original, null);
  return sentences;
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
