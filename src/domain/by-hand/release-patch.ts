import { mark } from '../names.js';
import { annotationsOf, labelsOf, type KubeObject } from '../restore/object.js';
import { originalOf } from '../restore/original.js';
import { pointerOf, readPointer } from '../restore/pointer.js';
import { standingOf } from '../restore/standing.js';

export interface PatchOperation {
  readonly op: 'test' | 'add' | 'remove';
  readonly path: string;
  readonly value?: unknown;
}

/**
 * JSON patch (RFC 6902) that gives a held object its original back, as a release does: nothing at all if its original is not the one
 * that was read. Empty for an object that is not held. A staged object keeps its marks: they are settled when its run ends.
 */
export function releasePatch(object: KubeObject): readonly PatchOperation[] {
  const original = originalOf(object);
  if (original === null) return [];
  const annotation = pointerOf('metadata', 'annotations', mark.original);
  const values = Object.entries(original.value).flatMap(([path, value]): readonly PatchOperation[] => {
    if (value !== null) return [{ op: 'add', path, value }];
    return readPointer(object, path) === null ? [] : [{ op: 'remove', path }];
  });
  const isOursAlone = standingOf(object) === null && labelsOf(object)[mark.run] !== undefined;
  return [
    { op: 'test', path: annotation, value: annotationsOf(object)[mark.original] },
    ...values,
    { op: 'remove', path: annotation },
    ...(isOursAlone ? [{ op: 'remove', path: pointerOf('metadata', 'labels', mark.run) } as const] : []),
  ];
}
