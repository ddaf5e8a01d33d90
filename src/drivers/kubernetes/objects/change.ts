import { ChangeoverError } from '../../../domain/errors.js';
import { mergePatch } from '../../../domain/restore/merge-patch.js';
import { resourceVersionOf, type KubeObject } from '../../../domain/restore/object.js';
import type { Kube } from '../kube.js';

/** Controllers write status while we change spec; each lost race is read again at once, this often at most. */
const MOST_RACES = 20;

export interface Changed {
  readonly object: KubeObject;
  readonly changed: boolean;
}

/**
 * Read, compare, act with a precondition: patches the object from what it is to `towards(what it is)` in one request that holds only
 * for the version that was read. Null when the object is gone.
 */
export async function ensureChanged(kube: Kube, at: { path: string; object: KubeObject }, towards: (object: KubeObject) => KubeObject): Promise<Changed | null> {
  let object: KubeObject = at.object;
  for (let race = 0; race < MOST_RACES; race += 1) {
    const patch = mergePatch(object, towards(object));
    if (patch === null) return { object, changed: false };
    const metadata = { ...(patch['metadata'] as Record<string, unknown> | undefined), resourceVersion: resourceVersionOf(object) };
    try {
      const answer = await kube.patch(at.path, { ...patch, metadata }, 'merge');
      return { object: { ...answer, apiVersion: object.apiVersion, kind: object.kind }, changed: true };
    } catch (error) {
      if (!(error instanceof ChangeoverError)) throw error;
      if (error.code !== 'Conflict' && error.code !== 'NotFound') throw error;
      const found = await kube.get(at.path);
      if (found === null) return null;
      object = { ...found, apiVersion: object.apiVersion, kind: object.kind };
    }
  }
  throw new ChangeoverError('Conflict', `${object.kind}/${object.metadata.name} on ${kube.site} was changed by others ${MOST_RACES} times in a row.`);
}
