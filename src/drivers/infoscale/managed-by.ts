import type { RawObject } from '../../ports/objects.js';
import { fieldsOf, textOr } from './fields.js';

/** Field managers that are people's tools, ours, or InfoScale's own: they change a plan when told to, and do not change it back. */
const people = [/^kubectl/, /^oc$/, /^Mozilla$/, /^changeover/, /^infoscale/, /^dr-/, /^before-first-apply$/];

/** Marks by which GitOps tools track what they keep as they want it. */
const trackingMarks: readonly { readonly where: 'labels' | 'annotations'; readonly key: string; readonly tool: string }[] = [
  { where: 'annotations', key: 'argocd.argoproj.io/tracking-id', tool: 'Argo CD' },
  { where: 'labels', key: 'argocd.argoproj.io/instance', tool: 'Argo CD' },
  { where: 'labels', key: 'kustomize.toolkit.fluxcd.io/name', tool: 'Flux Kustomization' },
  { where: 'labels', key: 'helm.toolkit.fluxcd.io/name', tool: 'Flux HelmRelease' },
  { where: 'annotations', key: 'objectset.rio.cattle.io/id', tool: 'Fleet' },
];

/** Who else decides `spec.primaryCluster`: field managers that own it, and GitOps marks on the object. Each a short sentence, none twice. */
export function managersOf(plan: RawObject): readonly string[] {
  const found = new Set<string>();
  const entries = Array.isArray(plan.metadata['managedFields']) ? plan.metadata['managedFields'] : [];
  for (const entry of entries.map(fieldsOf)) {
    const manager = textOr(entry['manager'], '');
    const owns = Object.hasOwn(fieldsOf(fieldsOf(entry['fieldsV1'])['f:spec']), 'f:primaryCluster');
    if (owns && entry['subresource'] !== 'status' && !people.some((known) => known.test(manager))) found.add(`field manager ${manager} owns spec.primaryCluster`);
  }
  for (const { where, key, tool } of trackingMarks) {
    const value = plan.metadata[where]?.[key];
    if (value !== undefined) found.add(`${tool} tracks it (${key}: ${value})`);
  }
  return [...found];
}
