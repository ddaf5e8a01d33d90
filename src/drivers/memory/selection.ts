import { ChangeoverError } from '../../domain/errors.js';
import type { Application } from '../../domain/plan.js';
import type { RawObject } from '../../ports/objects.js';
import type { Core } from './core.js';
import { at, textAt } from './raw.js';
import type { SiteState } from './state.js';

/** Law 9: an empty namespace or label never means everything by accident. */
export function assertDeliberate(application: Application): void {
  if (application.namespace.trim() === '') throw new ChangeoverError('Invalid', 'The namespace is empty.');
  for (const entry of application.labels) {
    if (entry.split(',').some((part) => part.trim() === '')) throw new ChangeoverError('Invalid', `The label entry "${entry}" is empty or has an empty part.`);
  }
}

/** Entries are OR-ed, the parts of an entry AND-ed; no entry names the whole namespace. */
export function selected(site: SiteState, application: Application): readonly RawObject[] {
  assertDeliberate(application);
  const inNamespace = [...site.objects.values()].filter((o) => o.metadata.namespace === application.namespace);
  if (application.labels.length === 0) return inNamespace;
  return inNamespace.filter((o) => application.labels.some((entry) => carries(o.metadata.labels ?? {}, entry)));
}

/** Whether labels satisfy every part of an entry, `app=orders,tier`. */
export function carries(labels: Readonly<Record<string, string>>, entry: string): boolean {
  return entry.split(',').every((part) => {
    const [key = '', value] = part.trim().split('=');
    return value === undefined ? labels[key] !== undefined : labels[key] === value;
  });
}

const scaled: ReadonlySet<string> = new Set(['Deployment', 'StatefulSet']);

export function isScaled(object: RawObject): boolean {
  return scaled.has(object.kind);
}

export function workloadsOf(core: Core, site: SiteState): readonly RawObject[] {
  return [...site.objects.values()].filter((o) => isScaled(o) && o.metadata.namespace === core.application.namespace);
}

export function podTemplateClaims(workload: RawObject): readonly string[] {
  const volumes = at(workload, 'spec', 'template', 'spec', 'volumes');
  return (Array.isArray(volumes) ? volumes : []).map((v: unknown) => textAt(v, 'persistentVolumeClaim', 'claimName')).filter((c) => c !== null);
}

export function podTemplateLabels(workload: RawObject): Readonly<Record<string, string>> {
  return (at(workload, 'spec', 'template', 'metadata', 'labels') ?? {}) as Readonly<Record<string, string>>;
}

/** PVs that the selected claims are bound to. */
export function volumesOf(site: SiteState, application: Application): readonly RawObject[] {
  return selected(site, application)
    .filter((o) => o.kind === 'PersistentVolumeClaim')
    .map((claim) => site.objects.get(`PersistentVolume/${textAt(claim, 'spec', 'volumeName') ?? ''}`))
    .filter((pv) => pv !== undefined);
}
