import { fieldsOf, listOf, textOf, type KubeObject } from '../../../domain/restore/object.js';
import type { Demand, NodeRoom } from '../../../domain/room.js';
import { amountsOf } from '../../../domain/fitting.js';
import { amountsIn } from './amounts.js';

/** A kubelet tells of so many images at most (nodeStatusMaxImages); a node with as many may have others. */
const MOST_IMAGES_TOLD = 50;

/** What each node has left beside the pods that are on it, as far as the demand asks for it. */
export function nodeRooms(nodes: readonly KubeObject[], pods: readonly KubeObject[], { pods: wanted }: Demand): readonly NodeRoom[] {
  const keys = new Set(wanted.flatMap(({ nodeSelector }) => Object.keys(nodeSelector)));
  const images = [...new Set(wanted.flatMap(({ containers }) => containers.map(({ image }) => image)))];
  const taken = new Map<string, Record<string, number>>();
  for (const pod of pods) {
    const spec = fieldsOf(pod['spec']);
    const node = textOf(spec['nodeName']);
    if (node === '' || ['Succeeded', 'Failed'].includes(textOf(fieldsOf(pod['status'])['phase']))) continue;
    const sum = taken.get(node) ?? {};
    for (const [name, amount] of Object.entries({ ...amountsOf({ containers: containersOf(spec) }, 'requests'), pods: 1 })) sum[name] = (sum[name] ?? 0) + amount;
    taken.set(node, sum);
  }
  return nodes.map((node) => {
    const spec = fieldsOf(node['spec']);
    const status = fieldsOf(node['status']);
    const used = taken.get(node.metadata.name) ?? {};
    const ready = listOf(status['conditions']).map(fieldsOf).find((condition) => condition['type'] === 'Ready');
    return {
      name: node.metadata.name,
      takesPods: spec['unschedulable'] !== true && (ready === undefined || ready['status'] === 'True'),
      labels: Object.fromEntries(Object.entries(node.metadata.labels ?? {}).filter(([key]) => keys.has(key))),
      taints: listOf(spec['taints']).map(fieldsOf).map(({ key, value, effect }) => ({ key: textOf(key), value: textOf(value), effect: textOf(effect) })),
      free: Object.fromEntries(Object.entries(amountsIn(status['allocatable'])).map(([name, amount]) => [name, amount - (used[name] ?? 0)])),
      images: imagesOf(listOf(status['images']), images),
    };
  });
}

function containersOf(spec: ReturnType<typeof fieldsOf>) {
  const of = (field: string, init: boolean) => listOf(spec[field]).map(fieldsOf).map((one) => ({ name: '', image: '', init: init && one['restartPolicy'] !== 'Always', requests: amountsIn(fieldsOf(one['resources'])['requests']), limits: {} }));
  return [...of('containers', false), ...of('initContainers', true)];
}

/** Those of the asked that a node has; null where it tells of none, or of as many as a kubelet tells at most. */
function imagesOf(told: readonly unknown[], asked: readonly string[]): readonly string[] | null {
  if (told.length === 0 || told.length >= MOST_IMAGES_TOLD) return null;
  const names = new Set(told.flatMap((image) => listOf(fieldsOf(image)['names']).map(textOf)));
  return asked.filter((image) => names.has(canonicalImage(image)) || names.has(image));
}

/** As container runtimes write it: with a registry and a tag. */
export function canonicalImage(image: string): string {
  const [first = '', ...rest] = image.split('/');
  const hasRegistry = rest.length > 0 && (/[.:]/.test(first) || first === 'localhost');
  const full = hasRegistry ? image : rest.length === 0 ? `docker.io/library/${image}` : `docker.io/${image}`;
  return /[:@][^/]+$/.test(full) ? full : `${full}:latest`;
}
