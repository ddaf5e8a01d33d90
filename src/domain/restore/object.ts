import { mark } from '../names.js';

/** A Kubernetes object as plain JSON; structurally the ports' `RawObject`. Never a typed model: those lose fields. */
export type KubeObject = {
  apiVersion: string;
  kind: string;
  metadata: { name: string; namespace?: string; labels?: Record<string, string>; annotations?: Record<string, string>; [field: string]: unknown };
  [field: string]: unknown;
};

export type Fields = Record<string, unknown>;

/** The value as a map; an empty one where it is none, so that a path can be read without a question at each step. */
export function fieldsOf(value: unknown): Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : {};
}

/** The value as a list; an empty one where it is none. */
export function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

export function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

export function numberOf(value: unknown, otherwise: number): number {
  return typeof value === 'number' ? value : otherwise;
}

/** API group; empty for the core group. */
export function groupOf(object: Pick<KubeObject, 'apiVersion'>): string {
  const slash = object.apiVersion.indexOf('/');
  return slash < 0 ? '' : object.apiVersion.slice(0, slash);
}

/** Kind and group as tables name them: `Service`, `Deployment.apps`. The version says nothing about what a thing is. */
export function kindKey(object: Pick<KubeObject, 'apiVersion' | 'kind'>): string {
  const group = groupOf(object);
  return group === '' ? object.kind : `${object.kind}.${group}`;
}

/** How people read it: `Deployment/orders`. */
export function idOf(object: KubeObject): string {
  return `${object.kind}/${object.metadata.name}`;
}

/** Unique within a cluster, whatever version it was read in. */
export function keyOf(object: KubeObject): string {
  return `${kindKey(object)}/${object.metadata.namespace ?? ''}/${object.metadata.name}`;
}

export function labelsOf(object: KubeObject): Readonly<Record<string, string>> {
  return object.metadata.labels ?? {};
}

export function annotationsOf(object: KubeObject): Readonly<Record<string, string>> {
  return object.metadata.annotations ?? {};
}

export interface Owner {
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
  readonly uid: string;
}

/** The one owner that reconciles the object, or null. */
export function controllerOf(object: KubeObject): Owner | null {
  const owner = listOf(object.metadata['ownerReferences']).map(fieldsOf).find((reference) => reference['controller'] === true);
  if (owner === undefined) return null;
  return { apiVersion: textOf(owner['apiVersion']), kind: textOf(owner['kind']), name: textOf(owner['name']), uid: textOf(owner['uid']) };
}

export function uidOf(object: KubeObject): string {
  return textOf(object.metadata['uid']);
}

export function resourceVersionOf(object: KubeObject): string {
  return textOf(object.metadata['resourceVersion']);
}

export function isTerminating(object: KubeObject): boolean {
  return typeof object.metadata['deletionTimestamp'] === 'string';
}

/** The run that created or last changed the object, or null when it is not ours. */
export function runOf(object: KubeObject): string | null {
  return labelsOf(object)[mark.run] ?? null;
}
