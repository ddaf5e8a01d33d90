import type { Application } from '../../../domain/plan.js';
import { mark } from '../../../domain/names.js';
import { isFinishedJob } from '../../../domain/restore/carried.js';
import { controllerOf, isTerminating, kindKey, labelsOf, uidOf, type KubeObject } from '../../../domain/restore/object.js';
import { matcherOf } from '../../../domain/restore/selector.js';
import { standingOf } from '../../../domain/restore/standing.js';
import { pathOf, type Kube } from '../kube.js';
import { listOf, resources, type ResourceRef } from '../objects/resources.js';
import { isKnownOwner, stoppedKinds } from './kinds.js';

/** One object together with where it is written. */
export interface Member {
  readonly object: KubeObject;
  readonly resource: ResourceRef;
  readonly path: string;
}

export interface Members {
  /** Workloads that are stopped and started by themselves, and running jobs of the application's CronJobs. */
  readonly workloads: readonly Member[];
  /** UIDs of everything that makes the application's pods. */
  readonly makers: ReadonlySet<string>;
}

function member(object: KubeObject, resource: ResourceRef): Member {
  return { object, resource, path: pathOf(resource, object.metadata.namespace, object.metadata.name) };
}

/** Whether an object may be touched at all: selected, not taken out by label, not left over from an older application. */
function isMember(application: Application): (object: KubeObject) => boolean {
  const isSelected = matcherOf(application);
  return (object) => isSelected(object.metadata.labels) && labelsOf(object)[mark.exclude] === undefined && standingOf(object) !== 'superseded' && !isTerminating(object);
}

/**
 * How fresh a look is. `now` is what etcd has, and may wait up to 100 ms for the server's cache after any write to any kind;
 * `at-once` is what the cache has, a moment old as a rule, and is answered immediately.
 */
export type Freshness = 'now' | 'at-once';

/** The workloads of an application, one list a kind, all at once: this stands inside the outage. */
export async function findMembers(kube: Kube, application: Application, freshness: Freshness): Promise<Members> {
  const { namespace } = application;
  const belongs = isMember(application);
  const query = freshness === 'now' ? {} : { resourceVersion: '0' };
  const [cronJobs, ...lists] = await Promise.all([resources.cronJobs, ...stoppedKinds].map(async (resource) => ({ resource, objects: await listOf(kube, resource, { namespace, query }) })));
  const owners = new Set((cronJobs?.objects ?? []).filter(belongs).map(uidOf));
  const all = lists.flatMap(({ resource, objects }) => objects.map((object) => member(object, resource)));
  const workloads = all.filter(({ object }) => {
    if (kindKey(object) === 'Job.batch' && isFinishedJob(object)) return false;
    const owner = controllerOf(object);
    if (owner === null) return belongs(object);
    return owner.kind === 'CronJob' && owners.has(owner.uid);
  });
  const makers = new Set(workloads.map(({ object }) => uidOf(object)));
  for (const { object } of all) {
    const owner = controllerOf(object);
    if (owner !== null && isKnownOwner(owner) && makers.has(owner.uid)) makers.add(uidOf(object));
  }
  return { workloads, makers };
}

/** Members of one kind that need no look at owners. */
export async function findOf(kube: Kube, application: Application, resource: ResourceRef): Promise<readonly Member[]> {
  const belongs = isMember(application);
  const objects = await listOf(kube, resource, { namespace: application.namespace });
  return objects.filter((object) => belongs(object) && controllerOf(object) === null).map((object) => member(object, resource));
}
