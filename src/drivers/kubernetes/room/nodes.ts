import { fieldsOf, listOf as listIn, textOf, type KubeObject } from '../../../domain/restore/object.js';
import type { Demand, NodeRoom } from '../../../domain/room.js';
import { amountsOf } from '../../../domain/fitting.js';
import type { Kube } from '../kube.js';
import { listOf, resources } from '../objects/resources.js';
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
    const ready = listIn(status['conditions']).map(fieldsOf).find((condition) => condition['type'] === 'Ready');
    return {
      name: node.metadata.name,
      ...architectureOf(node),
      takesPods: spec['unschedulable'] !== true && (ready === undefined || ready['status'] === 'True'),
      labels: Object.fromEntries(Object.entries(node.metadata.labels ?? {}).filter(([key]) => keys.has(key))),
      taints: listIn(spec['taints']).map(fieldsOf).map(({ key, value, effect }) => ({ key: textOf(key), value: textOf(value), effect: textOf(effect) })),
      free: Object.fromEntries(Object.entries(amountsIn(status['allocatable'])).map(([name, amount]) => [name, amount - (used[name] ?? 0)])),
      images: imagesOf(listIn(status['images']), images),
    };
  });
}

/** What the kubelet says of its machine, or the label that it puts on the node (kubernetes.io/arch). */
export function architectureOf(node: KubeObject): { architecture?: string } {
  const architecture = textOf(fieldsOf(fieldsOf(node['status'])['nodeInfo'])['architecture']) || (node.metadata.labels?.['kubernetes.io/arch'] ?? '');
  return architecture === '' ? {} : { architecture };
}

/** Of the nodes that these pods run on; from the server's cache, since nodes do not change what they are. Nothing where one does not say. */
export async function architecturesOf(kube: Kube, pods: readonly KubeObject[]): Promise<Pick<Demand, 'architectures'>> {
  const names = new Set(pods.map((pod) => textOf(fieldsOf(pod['spec'])['nodeName'])).filter((name) => name !== ''));
  if (names.size === 0) return {};
  const nodes = await listOf(kube, resources.nodes, { query: { resourceVersion: '0' } });
  const found = nodes.filter((node) => names.has(node.metadata.name)).map((node) => architectureOf(node).architecture);
  return found.includes(undefined) || found.length === 0 ? {} : { architectures: [...new Set(found.flatMap((one) => one ?? []))].toSorted() };
}

function containersOf(spec: ReturnType<typeof fieldsOf>) {
  const of = (field: string, init: boolean) => listIn(spec[field]).map(fieldsOf).map((one) => ({ name: '', image: '', init: init && one['restartPolicy'] !== 'Always', requests: amountsIn(fieldsOf(one['resources'])['requests']), limits: {} }));
  return [...of('containers', false), ...of('initContainers', true)];
}

/** Those of the asked that a node has; null where it tells of none, or of as many as a kubelet tells at most. */
function imagesOf(told: readonly unknown[], asked: readonly string[]): readonly string[] | null {
  if (told.length === 0 || told.length >= MOST_IMAGES_TOLD) return null;
  const names = new Set(told.flatMap((image) => listIn(fieldsOf(image)['names']).map(textOf)));
  return asked.filter((image) => names.has(canonicalImage(image)) || names.has(image));
}

/** As container runtimes write it: with a registry and a tag. */
export function canonicalImage(image: string): string {
  const [first = '', ...rest] = image.split('/');
  const hasRegistry = rest.length > 0 && (/[.:]/.test(first) || first === 'localhost');
  const full = hasRegistry ? image : rest.length === 0 ? `docker.io/library/${image}` : `docker.io/${image}`;
  return /[:@][^/]+$/.test(full) ? full : `${full}:latest`;
}
