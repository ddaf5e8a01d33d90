import type { WorkloadObservation } from '../../../domain/observation.js';
import { fieldsOf, kindKey, listOf, numberOf, textOf, type Fields, type KubeObject } from '../../../domain/restore/object.js';
import { resources, type ResourceRef } from '../objects/resources.js';

export type Treatment = WorkloadObservation['treatment'];

/** How one kind of workload is looked at. How it is held lies in the domain's table of holds. */
export interface KindRow {
  readonly treatment: Treatment;
  readonly note: string;
  /** Pods it wants, and pods it has that are Ready. */
  readonly desired: (object: KubeObject) => number;
  readonly ready: (object: KubeObject) => number;
  /** The pod template; an empty map where it has none. */
  readonly template: (object: KubeObject) => Fields;
}

const spec = (object: KubeObject): Fields => fieldsOf(object['spec']);
const status = (object: KubeObject): Fields => fieldsOf(object['status']);
const none = (): number => 0;
const ownTemplate = (object: KubeObject): Fields => fieldsOf(spec(object)['template']);

const scaled: KindRow = {
  treatment: 'scale',
  note: 'scaled to zero and back',
  desired: (object) => numberOf(spec(object)['replicas'], 1),
  ready: (object) => numberOf(status(object)['readyReplicas'], 0),
  template: ownTemplate,
};

const follows: KindRow = { treatment: 'follows', note: 'does nothing while its workload stands at zero', desired: none, ready: none, template: () => ({}) };

function refused(note: string): KindRow {
  return { treatment: 'refused', note, desired: none, ready: none, template: ownTemplate };
}

const isActivePod = (object: KubeObject): boolean => !['Succeeded', 'Failed'].includes(textOf(status(object)['phase']));

const table: Readonly<Record<string, (object: KubeObject) => KindRow | null>> = {
  'Deployment.apps': () => scaled,
  'StatefulSet.apps': () => scaled,
  'ReplicaSet.apps': () => scaled,
  ReplicationController: () => scaled,
  'DaemonSet.apps': () => ({
    treatment: 'park',
    note: 'parked on a node label that no node has',
    desired: (object) => numberOf(status(object)['desiredNumberScheduled'], 0),
    ready: (object) => numberOf(status(object)['numberReady'], 0),
    template: ownTemplate,
  }),
  'Job.batch': () => ({
    treatment: 'suspend',
    note: 'suspended; its pods start again from the beginning',
    desired: (object) => (spec(object)['suspend'] === true ? 0 : numberOf(spec(object)['parallelism'], 1)),
    ready: (object) => numberOf(status(object)['ready'], numberOf(status(object)['active'], 0)),
    template: ownTemplate,
  }),
  'CronJob.batch': () => ({
    treatment: 'suspend',
    note: 'suspended before the outage, resumed after it',
    desired: none,
    ready: (object) => listOf(status(object)['active']).length,
    template: (object) => fieldsOf(fieldsOf(fieldsOf(spec(object)['jobTemplate'])['spec'])['template']),
  }),
  'HorizontalPodAutoscaler.autoscaling': (object) =>
    spec(object)['minReplicas'] === 0 ? { ...follows, treatment: 'suspend', note: 'it may scale up from zero; scaling up is switched off before the outage' } : follows,
  'ScaledObject.keda.sh': () => ({ ...follows, treatment: 'suspend', note: 'paused by annotation before the outage' }),
  'ScaledJob.keda.sh': () => ({ ...follows, treatment: 'suspend', note: 'paused by annotation before the outage' }),
  'VirtualMachine.kubevirt.io': () => refused('virtual machines are not supported.'),
  'VirtualMachineInstance.kubevirt.io': () => refused('virtual machines are not supported.'),
  Pod: (object) =>
    isActivePod(object)
      ? {
          ...refused('a bare pod has nothing that would start it again; give it a Deployment or delete it.'),
          desired: () => 1,
          ready: () => (textOf(status(object)['phase']) === 'Running' ? 1 : 0),
          template: () => ({ spec: object['spec'] }),
        }
      : null,
};

/** The row of an object's kind; null where it is no workload (or one that is over). `scalable`: the kind has a scale subresource. */
export function rowOf(object: KubeObject, scalable: boolean): KindRow | null {
  const row = table[kindKey(object)];
  if (row !== undefined) return row(object);
  return scalable ? { ...refused(`${kindKey(object)} runs pods in a way that is not known here, so nobody can say how it stops.`), desired: scaled.desired } : null;
}

/** Kinds whose pods and jobs they make are stopped with them. Anything else that owns a workload would start it again. */
const knownOwners = new Set(['Deployment', 'StatefulSet', 'ReplicaSet', 'ReplicationController', 'DaemonSet', 'Job', 'CronJob']);
const knownOwnerGroups = new Set(['v1', 'apps/v1', 'batch/v1']);

export function isKnownOwner(owner: { readonly apiVersion: string; readonly kind: string }): boolean {
  return knownOwners.has(owner.kind) && knownOwnerGroups.has(owner.apiVersion);
}

/** Kinds that are stopped inside the outage, all served by every cluster. */
export const stoppedKinds: readonly ResourceRef[] = [
  resources.deployments, resources.statefulSets, resources.replicaSets, resources.daemonSets, resources.jobs, resources.replicationControllers,
];

/** Kinds that tell whether an application stands: those held at zero while it is elsewhere, and its claims. */
export const standingKinds: readonly ResourceRef[] = [resources.deployments, resources.statefulSets, resources.replicaSets, resources.daemonSets, resources.replicationControllers, resources.claims];
