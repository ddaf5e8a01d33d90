import { ChangeoverError } from '../errors.js';
import { mark, PREFIX } from '../names.js';
import { holdClassOf } from './inert.js';
import { fieldsOf, groupOf, idOf, kindKey, labelsOf, textOf, type KubeObject } from './object.js';
import { isBuiltInGroup } from './waves.js';

/**
 * A custom resource starts acting the moment it exists where its operator runs. Nobody can know for every kind how to pause it, so
 * while staged it stands inside a Secret (it may hold secrets) and becomes an object when the site is activated.
 */
const STASH_TYPE = `${PREFIX}/held-object`;
/** Label of a stash: which of our things it is. */
export const STASH_LABEL = `${PREFIX}/held`;
const KEY = 'object';

/** Whether the object is kept back as a whole because there is no known way to hold it. */
export function isStashed(object: Pick<KubeObject, 'apiVersion' | 'kind'>): boolean {
  return !isBuiltInGroup(groupOf(object)) && holdClassOf(object) === null;
}

/** The Secret that holds the object. Its name is of the object's kind and name, so that staging again finds it. */
export function stashed(object: KubeObject): KubeObject {
  const stem = `held-${object.kind}-${groupOf(object)}-${object.metadata.name}`.toLowerCase().replaceAll(/[^a-z0-9.-]/g, '-');
  return {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: {
      name: stem.slice(0, 240),
      ...(object.metadata.namespace === undefined ? {} : { namespace: object.metadata.namespace }),
      // The object's own labels too: whoever selects the application by label finds what is held of it.
      labels: { ...object.metadata.labels, [STASH_LABEL]: 'true', [mark.exclude]: 'true' },
      annotations: { [`${PREFIX}/held-kind`]: kindKey(object) },
    },
    type: STASH_TYPE,
    data: { [KEY]: toBase64(JSON.stringify(object)) },
  };
}

export function isStash(object: KubeObject): boolean {
  return object['type'] === STASH_TYPE && labelsOf(object)[STASH_LABEL] !== undefined;
}

/** The object inside. Throws `ObjectChanged` when it cannot be read. */
export function unstashed(secret: KubeObject): KubeObject {
  try {
    const parsed = fieldsOf(JSON.parse(fromBase64(textOf(fieldsOf(secret['data'])[KEY]))));
    const metadata = fieldsOf(parsed['metadata']);
    if (typeof parsed['apiVersion'] === 'string' && typeof parsed['kind'] === 'string' && typeof metadata['name'] === 'string') return parsed as KubeObject;
  } catch {
    // Answered below: the parser would quote the content.
  }
  throw new ChangeoverError('ObjectChanged', `The object held in ${idOf(secret)} cannot be read.`);
}

function toBase64(text: string): string {
  return btoa(Array.from(new TextEncoder().encode(text), (byte) => String.fromCodePoint(byte)).join(''));
}

function fromBase64(text: string): string {
  return new TextDecoder().decode(Uint8Array.from(atob(text), (letter) => letter.codePointAt(0) ?? 0));
}
