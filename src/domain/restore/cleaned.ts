import { PREFIX } from '../names.js';
import { cleaningRules } from './cleaning-rules.js';
import { fieldsOf, kindKey, type Fields, type KubeObject } from './object.js';
import { activated } from './original.js';

/** Annotations that a cluster or a client writes about itself. */
const ownAnnotations = new Set([
  'kubectl.kubernetes.io/last-applied-configuration',
  'deployment.kubernetes.io/revision',
  'deprecated.daemonset.template.generation',
  'control-plane.alpha.kubernetes.io/leader',
  'kubernetes.io/psp',
]);

function isOurs(name: string): boolean {
  const prefix = name.slice(0, Math.max(0, name.indexOf('/')));
  return prefix === PREFIX || prefix.endsWith(`.${PREFIX}`);
}

function kept(marks: Readonly<Record<string, string>> | undefined, isDropped: (name: string) => boolean): Record<string, string> {
  return Object.fromEntries(Object.entries(marks ?? {}).filter(([name]) => !isDropped(name)));
}

/** Older API servers write `creationTimestamp: null` into templates, newer ones do not: it says nothing. */
function withoutEmptyTimestamps(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutEmptyTimestamps);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).filter(([key, field]) => !(key === 'creationTimestamp' && field === null)).map(([key, field]) => [key, withoutEmptyTimestamps(field)]),
  );
}

/**
 * A raw object reduced to what a person wrote (restore rules B3 and B4): no identity, no status, no finalizers (a controller that is
 * absent elsewhere would never take them off), nothing of ours. What a run changed is put back first, so it is captured as it was.
 */
export function cleaned(raw: KubeObject): KubeObject {
  const before = activated(raw);
  const { status: _status, metadata, ...rest } = before;
  const body = fieldsOf(withoutEmptyTimestamps(rest));
  const labels = kept(metadata.labels, isOurs);
  const annotations = kept(metadata.annotations, (name) => isOurs(name) || ownAnnotations.has(name));
  const object: KubeObject = {
    ...body,
    apiVersion: raw.apiVersion,
    kind: raw.kind,
    metadata: { name: metadata.name, ...(metadata.namespace === undefined ? {} : { namespace: metadata.namespace }), labels, annotations },
  };
  const result = structuredClone(object);
  cleaningRules[kindKey(raw)]?.(result, raw);
  return withoutEmptyMarks(result);
}

function withoutEmptyMarks(object: KubeObject): KubeObject {
  const metadata: Fields = object.metadata;
  for (const field of ['labels', 'annotations']) {
    if (Object.keys(fieldsOf(metadata[field])).length === 0) delete metadata[field];
  }
  return object;
}
