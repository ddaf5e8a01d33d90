import { readRemains } from '../activities/remains.js';
import type { Config } from '../config.js';
import type { RoleSeen } from '../domain/assessment.js';
import type { ByHandFacts } from '../domain/by-hand/facts.js';
import { ChangeoverError } from '../domain/errors.js';
import { mark, ownershipName, SYSTEM_NAMESPACE } from '../domain/names.js';
import type { Application, Plan } from '../domain/plan.js';
import type { Remains } from '../domain/recovery.js';
import type { UnitRef } from '../domain/request.js';
import { annotationsOf, controllerOf, uidOf, type KubeObject } from '../domain/restore/object.js';
import { matcherOf } from '../domain/restore/selector.js';
import { standingOf } from '../domain/restore/standing.js';
import { isStash, STASH_LABEL } from '../domain/restore/stash.js';
import { createPlans } from '../drivers/infoscale/plans.js';
import { createFence } from '../drivers/kubernetes/fence.js';
import { pathOf, type Kube } from '../drivers/kubernetes/kube.js';
import { collect } from '../drivers/kubernetes/objects/collect.js';
import { listOf, resources } from '../drivers/kubernetes/objects/resources.js';
import { createOwnership } from '../drivers/kubernetes/ownership.js';
import { recordIn } from '../drivers/kubernetes/ownership-record.js';
import { createWorkloads } from '../drivers/kubernetes/workloads/index.js';
import { findMembers } from '../drivers/kubernetes/workloads/members.js';
import { createVvr, vvrDefaults } from '../drivers/vvr/index.js';

/** What a run left at a site, read without a worker. */
export async function remainsOf(kube: Kube, unit: UnitRef): Promise<Remains> {
  return readRemains({ site: kube.site, ownership: createOwnership(kube), plans: createPlans(kube), fence: createFence(kube), workloads: createWorkloads(kube) }, unit);
}

/** Never throws: what cannot be read is unreadable. */
export async function roleOf(kube: Kube, plan: Plan, config: Config): Promise<RoleSeen> {
  const { site } = kube;
  const group = plan.replication?.groups[site];
  const replication = config.sites[site]?.replication;
  if (group === undefined || replication === undefined || replication.driver === 'none') return { site, role: 'unreadable', state: 'no replication configured', liveCommands: 0 };
  try {
    const { namespace, podSelector, container } = replication;
    return await createVvr(kube, { ...vvrDefaults, site, namespace, podSelector, container }).role(group);
  } catch (error) {
    return { site, role: 'unreadable', state: error instanceof Error ? error.message : String(error), liveCommands: 0 };
  }
}

/** The ConfigMap of a site's record with the version that was read; null where the site does not answer or has none. */
export async function recordAt(kube: Kube, unit: string): Promise<ByHandFacts['records'][string] | null> {
  try {
    const object = await kube.get(pathOf({ group: '', version: 'v1', plural: 'configmaps' }, SYSTEM_NAMESPACE, ownershipName(unit)));
    if (object === null) return null;
    return { object: { ...object, apiVersion: 'v1', kind: 'ConfigMap' }, record: recordIn(object, kube.site) };
  } catch (error) {
    if (error instanceof ChangeoverError && error.code === 'Unreachable') return null;
    throw error;
  }
}

/** Objects of the application whose originals stand on them, and Secrets that hold a custom resource. */
export async function heldAt(kube: Kube, application: Application): Promise<{ readonly held: readonly KubeObject[]; readonly stashes: readonly string[] }> {
  const isSelected = matcherOf(application);
  const [carried, { workloads }, secrets] = await Promise.all([
    collect(kube, application),
    findMembers(kube, application, 'now'),
    listOf(kube, resources.secrets, { namespace: application.namespace, query: { labelSelector: STASH_LABEL } }),
  ]);
  // A Deployment hands its annotations on to its ReplicaSets: an original that stands there is not theirs.
  const own = carried.filter((object) => controllerOf(object) === null);
  const isHeld = (object: KubeObject): boolean => annotationsOf(object)[mark.original] !== undefined && standingOf(object) !== 'superseded';
  const all = new Map([...own, ...workloads.map(({ object }) => object)].filter(isHeld).map((object) => [uidOf(object), object]));
  const stashes = secrets.filter((secret) => isStash(secret) && isSelected(secret.metadata.labels) && standingOf(secret) !== 'superseded').map(({ metadata }) => metadata.name);
  return { held: [...all.values()], stashes };
}
