import { ChangeoverError } from '../errors.js';
import { mark } from '../names.js';
import { annotationsOf, fieldsOf, idOf, type KubeObject } from './object.js';
import { pointerOf, readPointer, writePointer } from './pointer.js';
import { sameContent } from './same.js';

/** What an object was before a run changed it: JSON Pointer → value, null where the field was absent. */
export interface Original {
  readonly run: string;
  readonly value: Readonly<Record<string, unknown>>;
  /** What the run set instead, by the same pointers; empty where an earlier build wrote the annotation. */
  readonly set: Readonly<Record<string, unknown>>;
}

/** One field and what it is set to while the object must not act; null removes it. */
export interface Hold {
  readonly pointer: string;
  readonly value: unknown;
}

const annotation = pointerOf('metadata', 'annotations', mark.original);

/** The original written on the object, or null. Throws `ObjectChanged` when someone damaged it: then nobody knows what it was. */
export function originalOf(object: KubeObject): Original | null {
  const text = annotationsOf(object)[mark.original];
  if (text === undefined) return null;
  try {
    const parsed = fieldsOf(JSON.parse(text));
    const { run, value, set } = parsed;
    if (typeof run === 'string' && typeof value === 'object' && value !== null && !Array.isArray(value)) {
      return { run, value: fieldsOf(value), set: fieldsOf(set) };
    }
  } catch {
    // Answered below with the object's name: the parser's own words would quote the content.
  }
  throw new ChangeoverError('ObjectChanged', `The annotation ${mark.original} of ${idOf(object)} cannot be read, so its original is not known.`);
}

/** The object with the holds set. The original is written the first time only: a second run must not take the held value for it. */
export function withHolds(object: KubeObject, holds: readonly Hold[], run: string): KubeObject {
  if (holds.length === 0) return object;
  const result = structuredClone(object);
  if (originalOf(object) === null) {
    const value = Object.fromEntries(holds.map((hold) => [hold.pointer, readPointer(object, hold.pointer)]));
    const set = Object.fromEntries(holds.map((hold) => [hold.pointer, hold.value]));
    writePointer(result, annotation, JSON.stringify({ run, value, set } satisfies Original));
  }
  for (const hold of holds) writePointer(result, hold.pointer, hold.value);
  return result;
}

/** The object as it was before it was held, without the annotation. An object without one is returned unchanged. */
export function activated(object: KubeObject): KubeObject {
  const original = originalOf(object);
  if (original === null) return object;
  const result = structuredClone(object);
  for (const [pointer, value] of Object.entries(original.value)) writePointer(result, pointer, value);
  writePointer(result, annotation, null);
  return result;
}

/** An object as an undo leaves it, and a sentence for each value that is not what the run had made of it: someone else's, so it stays. */
export interface GivenBack {
  readonly object: KubeObject;
  readonly left: readonly string[];
}

/** Like `activated`, but only what still has the value that the run set. The annotation goes in any case: the run has nothing more to give back. */
export function givenBack(object: KubeObject): GivenBack {
  const original = originalOf(object);
  if (original === null) return { object, left: [] };
  const result = structuredClone(object);
  const left: string[] = [];
  for (const [pointer, value] of Object.entries(original.value)) {
    const current = readPointer(object, pointer);
    const isOurs = !Object.hasOwn(original.set, pointer) || sameContent(current, original.set[pointer]);
    if (isOurs) writePointer(result, pointer, value);
    else if (!sameContent(current, value)) left.push(leftSentence(idOf(object), pointer.slice(1).replaceAll('/', '.'), { is: current, was: value }));
  }
  writePointer(result, annotation, null);
  return { object: result, left };
}

/** What an undo says of a value that someone else changed during the run. */
export function leftSentence(what: string, field: string, values: { readonly is: unknown; readonly was: unknown }): string {
  const text = (value: unknown) => (value === null || value === undefined ? 'absent' : typeof value === 'string' ? value : JSON.stringify(value));
  return `${what}: ${field} is ${text(values.is)}, set by someone else during the run, and was left; before the run it was ${text(values.was)}`;
}
