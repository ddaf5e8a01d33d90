import { quantityOf } from '../../../domain/quantity.js';
import { fieldsOf, kindKey, listOf, textOf, type Fields, type KubeObject } from '../../../domain/restore/object.js';
import type { ContainerDemand, Demand, PodDemand, Toleration } from '../../../domain/room.js';
import type { ResourceIndex } from '../objects/resources.js';
import { amountsIn } from './amounts.js';

/** A workload with the template of its pods and how many of them it wants. */
export interface Templated {
  readonly object: KubeObject;
  readonly template: Fields;
  readonly replicas: number;
}

/** What an application needs of a cluster: the pods of its workloads, and its objects. */
export function demandOf(workloads: readonly Templated[], objects: readonly KubeObject[], index: ResourceIndex): Demand {
  return { pods: workloads.map(podDemand), ...standingOf(objects, index) };
}

/** Objects by resource as a quota names them, and the storage of all claims together. */
export function standingOf(objects: readonly KubeObject[], index: ResourceIndex): Pick<Demand, 'objects' | 'storage'> {
  const counts = new Map<string, number>();
  let storage = 0;
  for (const object of objects) {
    const resource = index.find(object);
    if (resource === null) continue;
    const name = resource.group === '' ? resource.plural : `${resource.plural}.${resource.group}`;
    counts.set(name, (counts.get(name) ?? 0) + 1);
    if (kindKey(object) === 'PersistentVolumeClaim') storage += quantityOf(fieldsOf(fieldsOf(fieldsOf(object['spec'])['resources'])['requests'])['storage']) ?? 0;
  }
  return { objects: Object.fromEntries(counts), storage };
}

function podDemand({ object, template, replicas }: Templated): PodDemand {
  const spec = fieldsOf(template['spec']);
  const containers = (field: 'containers' | 'initContainers') => listOf(spec[field]).map(fieldsOf);
  // An init container that is always restarted is a sidecar: it runs, and needs, as long as the others.
  const isSidecar = (container: Fields): boolean => container['restartPolicy'] === 'Always';
  return {
    workload: `${object.kind}/${object.metadata.name}`,
    replicas,
    everywhere: kindKey(object) === 'DaemonSet.apps',
    containers: [...containers('containers').map((one) => containerDemand(one, false)), ...containers('initContainers').map((one) => containerDemand(one, !isSidecar(one)))],
    nodeSelector: fieldsOf(spec['nodeSelector']) as Readonly<Record<string, string>>,
    tolerations: listOf(spec['tolerations']).map(toleration),
  };
}

function containerDemand(container: Fields, init: boolean): ContainerDemand {
  const needs = fieldsOf(container['resources']);
  return { name: textOf(container['name']), image: textOf(container['image']), init, requests: amountsIn(needs['requests']), limits: amountsIn(needs['limits']) };
}

function toleration(value: unknown): Toleration {
  const { key, operator, value: wanted, effect } = fieldsOf(value);
  return { key: textOf(key), operator: textOf(operator) || 'Equal', value: textOf(wanted), effect: textOf(effect) };
}
