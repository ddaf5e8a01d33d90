import type { ApplicationObservation, StandingApplication, WorkloadObservation } from '../../../domain/observation.js';
import type { Application } from '../../../domain/plan.js';
import { isCarried } from '../../../domain/restore/carried.js';
import { controllerOf, fieldsOf, idOf, isTerminating, kindKey, listOf as listIn, textOf, type KubeObject } from '../../../domain/restore/object.js';
import { assertSelectable, matcherOf } from '../../../domain/restore/selector.js';
import { isOurs } from '../../../domain/restore/standing.js';
import type { Against } from '../../../ports/workloads.js';
import type { Kube, ServedResource } from '../kube.js';
import { collect } from '../objects/collect.js';
import { inPool } from '../objects/pool.js';
import { leftBehind } from '../objects/left-behind.js';
import { presentOf, referencesOf } from '../objects/references.js';
import { apiVersionOf, getOne, indexOf, listOf, resources, type ResourceIndex } from '../objects/resources.js';
import { isShared } from '../objects/staging.js';
import { demandOf, type Templated } from '../room/demand.js';
import { architecturesOf } from '../room/nodes.js';
import { descendants, isOfFamily } from './belonging.js';
import { claimObservation, claimsOfPodSpec, claimsOfWorkload } from './claims.js';
import { managersOf } from './gitops.js';
import { slowestStart } from './start-time.js';
import { declaredStop } from './stop-time.js';
import { isKnownOwner, rowOf, standingKinds } from './kinds.js';

/** See `Workloads.observe`. Throws `Invalid` for a selector that could name more than was meant. */
export async function observe(kube: Kube, application: Application, against: Against | null): Promise<ApplicationObservation> {
  assertSelectable(application);
  const [namespace, index, servedKinds, presentReferences] = await Promise.all([
    getOne(kube, resources.namespaces, { name: application.namespace }),
    indexOf(kube),
    against === null ? null : servedOf(kube, against.kinds),
    against === null ? null : presentOf(kube, application.namespace, against.references),
  ]);
  const found = namespace === null ? nothing : await look(kube, application, index);
  return { namespaceExists: namespace !== null, namespaceTerminating: namespace !== null && isTerminating(namespace), ...(namespace === null ? {} : namespaceSaid(namespace)), ...found, servedKinds, presentReferences };
}

/** Its Pod Security level, and what keeps it once it is being deleted (namespace conditions, each with its own reason). */
function namespaceSaid(namespace: KubeObject): Pick<ApplicationObservation, 'podSecurity' | 'namespaceHeldBy'> {
  const holding = listIn(fieldsOf(namespace['status'])['conditions']).map(fieldsOf).filter((condition) => condition['status'] === 'True').map((condition) => `${textOf(condition['type'])}: ${textOf(condition['message'])}.`.replace('..', '.'));
  return { podSecurity: namespace.metadata.labels?.['pod-security.kubernetes.io/enforce'] ?? null, ...(holding.length === 0 ? {} : { namespaceHeldBy: holding }) };
}

/** See `Workloads.standing`. Throws as `observe` does. */
export async function standing(kube: Kube, application: Application): Promise<StandingApplication> {
  assertSelectable(application);
  const [namespace, selected] = await Promise.all([getOne(kube, resources.namespaces, { name: application.namespace }), collect(kube, application, isStandingKind)]);
  const context = { claims: [], isSelected: matcherOf(application), isScalable: () => false };
  return {
    namespaceExists: namespace !== null,
    namespaceTerminating: namespace !== null && isTerminating(namespace),
    workloads: selected.flatMap((object) => observation(object, context)),
    claims: selected.filter(isOwnClaim).map((claim) => claimObservation(claim, null)),
  };
}

const isStandingKind = (served: ServedResource): boolean => standingKinds.some(({ group, plural }) => group === served.group && plural === served.plural);

const isOwnClaim = (object: KubeObject): boolean => kindKey(object) === 'PersistentVolumeClaim' && controllerOf(object)?.kind !== 'Pod';

type Found = Omit<ApplicationObservation, 'namespaceExists' | 'namespaceTerminating' | 'servedKinds' | 'presentReferences'>;

const nothing: Found = { objectCount: 0, workloads: [], claims: [], foreignMounters: [], managedBy: [], kinds: [], references: [], strangers: [], slowestStartMs: null, declaredStopMs: null };

async function look(kube: Kube, application: Application, index: ResourceIndex): Promise<Found> {
  const everywhere = { namespace: application.namespace };
  const [selected, pods, replicaSets, jobs] = await Promise.all([
    collect(kube, application),
    listOf(kube, resources.pods, everywhere),
    listOf(kube, resources.replicaSets, everywhere),
    listOf(kube, resources.jobs, everywhere),
  ]);
  const isSelected = matcherOf(application);
  const own = selected.filter((object) => isCarried(object) && controllerOf(object) === null);
  const claims = selected.filter(isOwnClaim);
  const family = descendants(selected, [...replicaSets, ...jobs, ...pods]);
  const names = claims.map((claim) => claim.metadata.name);
  const members = pods.filter((pod) => isOfFamily(pod, family));
  const candidates = [...selected, ...pods.filter((pod) => isSelected(pod.metadata.labels))];
  const workloads = candidates.flatMap((object) => observation(object, { claims: names, isSelected, isScalable: (one) => index.find(one)?.subresources.includes('scale') === true }));
  const volumes = await inPool(claims, async (claim) => {
    const name = textOf(fieldsOf(claim['spec'])['volumeName']);
    return name === '' ? null : getOne(kube, resources.volumes, { name });
  });
  const templates = own.flatMap((object) => templatedOf(object));
  const [stayed, architectures] = await Promise.all([leftBehind(kube, application.namespace, { own, templates: templates.map(({ template }) => template) }), architecturesOf(kube, members)]);
  return {
    objectCount: own.length,
    workloads,
    claims: claims.map((claim, position) => claimObservation(claim, volumes[position] ?? null)),
    foreignMounters: foreignMounters(pods, { application, family, claims: names }),
    managedBy: managersOf(own),
    kinds: [...new Set(own.map((object) => `${object.apiVersion}/${object.kind}`))].toSorted(),
    references: [...referencesOf(own, index), ...stayed],
    slowestStartMs: slowestStart(members),
    declaredStopMs: declaredStop(members),
    demand: { ...demandOf(templates, own, index), ...architectures },
    strangers: own.filter((object) => !isOurs(object) && !isShared(object)).map(idOf),
  };
}

/** What makes pods by itself, with how many it wants at once. */
function templatedOf(object: KubeObject): Templated[] {
  const row = rowOf(object, false);
  if (row === null) return [];
  const template = row.template(object);
  return fieldsOf(template['spec'])['containers'] === undefined ? [] : [{ object, template, replicas: row.desired(object) }];
}

/** None for what is no workload, and for what a known kind made: that is stopped with its maker. */
function observation(object: KubeObject, context: { isScalable: (object: KubeObject) => boolean; claims: readonly string[]; isSelected: ReturnType<typeof matcherOf> }): WorkloadObservation[] {
  const row = rowOf(object, context.isScalable(object));
  if (row === null || (kindKey(object) === 'Job.batch' && !isCarried(object))) return [];
  const owner = controllerOf(object);
  if (owner !== null && isKnownOwner(owner)) return [];
  const claims = claimsOfWorkload(object, row.template(object), context.claims);
  const labels = fieldsOf(fieldsOf(row.template(object))['metadata'])['labels'] as Record<string, string> | undefined;
  const seen = {
    kind: object.kind,
    name: object.metadata.name,
    treatment: row.treatment,
    note: row.note,
    desired: row.desired(object),
    ready: row.ready(object),
    claims,
    fenceable: row.treatment === 'follows' || claims.length > 0 || context.isSelected(labels),
  };
  if (owner === null) return [seen];
  // An autoscaler made by another tool (KEDA makes them) follows its workload all the same.
  if (row.treatment === 'follows') return [seen];
  return [{ ...seen, treatment: 'refused', note: `${owner.kind}/${owner.name} (${owner.apiVersion}) owns it; its operator would start it again.` }];
}

const isOver = (pod: KubeObject): boolean => ['Succeeded', 'Failed'].includes(textOf(fieldsOf(pod['status'])['phase']));

/** Pods that hold a claim of the application without being part of it. */
function foreignMounters(pods: readonly KubeObject[], own: { application: Application; family: ReadonlySet<string>; claims: readonly string[] }): readonly string[] {
  const isSelected = matcherOf(own.application);
  return pods
    .filter((pod) => !isOver(pod) && claimsOfPodSpec(pod['spec']).some((claim) => own.claims.includes(claim)))
    .filter((pod) => !isOfFamily(pod, own.family) && !(controllerOf(pod) === null && isSelected(pod.metadata.labels)))
    .map((pod) => `${pod.metadata.namespace ?? own.application.namespace}/${pod.metadata.name}`);
}

/** Of the asked `apiVersion/Kind`s, those served here in that very version. */
async function servedOf(kube: Kube, kinds: readonly string[]): Promise<readonly string[]> {
  const served = new Set((await kube.discover()).map((resource: ServedResource) => `${apiVersionOf(resource)}/${resource.kind}`));
  return kinds.filter((kind) => served.has(kind));
}
