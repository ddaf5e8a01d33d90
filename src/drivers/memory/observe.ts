import { mark } from '../../domain/names.js';
import type { ApplicationObservation, ClaimObservation, WorkloadObservation } from '../../domain/observation.js';
import type { Application } from '../../domain/plan.js';
import type { Demand, PodDemand } from '../../domain/room.js';
import type { RawObject } from '../../ports/objects.js';
import type { Against } from '../../ports/workloads.js';
import type { Core } from './core.js';
import { at, textAt } from './raw.js';
import { isScaled, podTemplateClaims, selected } from './selection.js';
import type { SiteState } from './state.js';

export function observeApplication(core: Core, site: SiteState, asked: { application: Application; against: Against | null }): ApplicationObservation {
  const objects = selected(site, asked.application);
  const namespace = site.namespaces.get(asked.application.namespace);
  const writer = site.ownership.get(core.application.unit)?.writer;
  const strange = writer !== undefined && writer !== site.site;
  return {
    namespaceExists: namespace !== undefined,
    namespaceTerminating: namespace?.terminating ?? false,
    objectCount: objects.length,
    workloads: objects.flatMap((o) => workloadOf(site, o)),
    claims: objects.filter((o) => o.kind === 'PersistentVolumeClaim').map((o) => claimOf(site, o)),
    foreignMounters: [...site.foreignMounters],
    managedBy: objects.flatMap((o) => (o.metadata.annotations?.['argocd.argoproj.io/tracking-id'] === undefined ? [] : [`${o.kind}/${o.metadata.name} is managed by Argo CD.`])),
    kinds: [...new Set(objects.map((o) => `${o.apiVersion}/${o.kind}`))],
    servedKinds: asked.against === null ? null : asked.against.kinds.filter((k) => site.servedKinds.includes(k)),
    references: referencesOf(objects),
    presentReferences: asked.against === null ? null : asked.against.references.filter((r) => site.references.includes(r)),
    demand: demandOf(objects),
    slowestStartMs: site.pods.some((pod) => pod.ready) ? 2_000 : null,
    strangers: strange ? objects.filter((o) => o.metadata.labels?.[mark.run] === undefined).map((o) => `${o.kind}/${o.metadata.name}`) : [],
  };
}

/** The memory world's pods ask for nothing but a place. */
function demandOf(objects: readonly RawObject[]): Demand {
  const pods = objects.filter(isScaled).map((o): PodDemand => ({ workload: `${o.kind}/${o.metadata.name}`, replicas: Number(at(o, 'spec', 'replicas') ?? 1), everywhere: false, containers: [{ name: o.metadata.name, image: 'orders', init: false, requests: {}, limits: {} }], nodeSelector: {}, tolerations: [] }));
  return { pods, objects: {}, storage: 0 };
}

export function referencesOf(objects: readonly RawObject[]): readonly string[] {
  const classes = objects.map((o) => (o.kind === 'PersistentVolumeClaim' ? textAt(o, 'spec', 'storageClassName') : null)).filter((c) => c !== null);
  return [...new Set(classes.map((c) => `StorageClass/${c}`))];
}

function workloadOf(site: SiteState, object: RawObject): readonly WorkloadObservation[] {
  const base = { kind: object.kind, name: object.metadata.name, note: '', claims: podTemplateClaims(object), fenceable: true };
  if (isScaled(object)) {
    const ready = site.pods.filter((p) => p.workload === object.metadata.name && p.ready).length;
    return [{ ...base, treatment: 'scale', desired: Number(at(object, 'spec', 'replicas') ?? 1), ready }];
  }
  if (object.kind === 'CronJob') return [{ ...base, treatment: 'suspend', desired: 0, ready: 0 }];
  if (object.kind === 'HorizontalPodAutoscaler') return [{ ...base, treatment: 'follows', desired: 0, ready: 0 }];
  if (object.kind === 'VirtualMachine') return [{ ...base, treatment: 'refused', note: 'virtual machines are not supported.', desired: 1, ready: 0 }];
  return [];
}

function claimOf(site: SiteState, claim: RawObject): ClaimObservation {
  const name = textAt(claim, 'spec', 'volumeName');
  const pv = name === null ? undefined : site.objects.get(`PersistentVolume/${name}`);
  return {
    name: claim.metadata.name,
    phase: pv === undefined ? 'Pending' : 'Bound',
    volumeMode: textAt(claim, 'spec', 'volumeMode') ?? 'Filesystem',
    storageClass: textAt(claim, 'spec', 'storageClassName'),
    capacity: textAt(claim, 'spec', 'resources', 'requests', 'storage') ?? '',
    persistentVolume: pv === undefined ? null : name,
    driver: textAt(pv, 'spec', 'csi', 'driver'),
    handle: textAt(pv, 'spec', 'csi', 'volumeHandle'),
    reclaimPolicy: textAt(pv, 'spec', 'persistentVolumeReclaimPolicy'),
  };
}
