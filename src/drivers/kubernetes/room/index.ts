import { isCarried } from '../../../domain/restore/carried.js';
import { controllerOf } from '../../../domain/restore/object.js';
import type { Application } from '../../../domain/plan.js';
import type { Demand, Room, Webhook } from '../../../domain/room.js';
import { collect } from '../objects/collect.js';
import { getOne, indexOf, listOf, resources } from '../objects/resources.js';
import type { Kube } from '../kube.js';
import { standingOf } from './demand.js';
import { nodeRooms } from './nodes.js';
import { limitRangesOf, quotaOf } from './quotas.js';
import { webhooksFor } from './webhooks.js';

/** See `Workloads.room`. Pods are read from the server's cache: there may be many, and a moment says nothing of a migration's length. */
export async function roomFor(kube: Kube, application: Application, demand: Demand): Promise<Room> {
  const { namespace } = application;
  const [quotas, ranges, nodes, pods, index, standing] = await Promise.all([
    listOf(kube, resources.quotas, { namespace }),
    listOf(kube, resources.limitRanges, { namespace }),
    listOf(kube, resources.nodes),
    listOf(kube, resources.pods, { query: { resourceVersion: '0' } }),
    indexOf(kube),
    collect(kube, application),
  ]);
  const own = standing.filter((object) => isCarried(object) && controllerOf(object) === null);
  return { quotas: quotas.map(quotaOf), limitRanges: ranges.flatMap(limitRangesOf), nodes: nodeRooms(nodes, pods, demand), standing: standingOf(own, index) };
}

/** See `Workloads.webhooks`. A namespace that is not there yet has the one label that the API server gives each. */
export async function webhooksOf(kube: Kube, { namespace }: Application, kinds: readonly string[]): Promise<readonly Webhook[]> {
  const found = await getOne(kube, resources.namespaces, { name: namespace });
  return webhooksFor(kube, { kinds, labels: { 'kubernetes.io/metadata.name': namespace, ...found?.metadata.labels } });
}
