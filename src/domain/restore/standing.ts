import { mark } from '../names.js';
import { annotationsOf, idOf, labelsOf, runOf, type KubeObject } from './object.js';
import { holdClassOf, isInert } from './inert.js';

/**
 * Values of the label `mark.staged`: how an object came to stand inert on a site that is not the writer.
 * Only what a run created may be removed by its undo.
 */
export type Standing =
  /** The run in `mark.run` created it. */
  | 'created'
  /** It was there before: the application's own object at a former writer, or staged by an earlier run. */
  | 'standby'
  /** It stands by, but the writer does not have it any more: never activated, left for a person. */
  | 'superseded';

export function standingOf(object: KubeObject): Standing | null {
  const value = labelsOf(object)[mark.staged];
  return value === 'created' || value === 'standby' || value === 'superseded' ? value : null;
}

/** The object with the run's label and how it stands. */
export function standing(object: KubeObject, run: string, as: Standing): KubeObject {
  return { ...object, metadata: { ...object.metadata, labels: { ...object.metadata.labels, [mark.run]: run, [mark.staged]: as } } };
}

/** The object without the labels of a run. */
export function settled(object: KubeObject): KubeObject {
  const labels = Object.fromEntries(Object.entries(labelsOf(object)).filter(([name]) => name !== mark.run && name !== mark.staged));
  return { ...object, metadata: { ...object.metadata, labels } };
}

/** Whether some run of ours created or stopped the object, so that staging may write over it. */
export function isOurs(object: KubeObject): boolean {
  return runOf(object) !== null || annotationsOf(object)[mark.original] !== undefined;
}

/** Why staging must not write over an object that exists, or null. `equal`: its cleaned content is what would be staged. */
export function refusalToStage(existing: KubeObject, equal: boolean): string | null {
  const name = idOf(existing);
  const held = holdClassOf(existing);
  // What only publishes is held by staging itself; what runs must have been stopped by whoever knows why.
  if ((held === 'stop' || held === 'freeze') && !isInert(existing)) return `${name} is active there.`;
  if (isOurs(existing) || equal) return null;
  return `${name} stands there without our mark and differs; remove it, or label it ${mark.run}=adopted to let the run write over it.`;
}
