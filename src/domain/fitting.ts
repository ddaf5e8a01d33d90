import { quantityText } from './quantity.js';
import type { Amounts, ContainerDemand, Demand, LimitRange, NodeRoom, PodDemand, Quota, Room, Toleration } from './room.js';

/** Arithmetic of what fits where; a sentence for each thing that does not. */

/** A container as the cluster's LimitRanges make it: a limit it lacks, then a request it lacks (its own limit, or the default). */
export function asAdmitted(container: ContainerDemand, ranges: readonly LimitRange[]): ContainerDemand {
  const own = ranges.filter(({ type }) => type === 'Container');
  const merged = (field: 'defaultLimits' | 'defaultRequests'): Amounts => Object.assign({}, ...own.map((range) => range[field])) as Amounts;
  const limits = { ...merged('defaultLimits'), ...container.limits };
  return { ...container, limits, requests: { ...merged('defaultRequests'), ...container.limits, ...container.requests } };
}

/** What one pod needs: its containers together, or its largest init container where that is more. */
export function amountsOf(pod: Pick<PodDemand, 'containers'>, field: 'requests' | 'limits'): Amounts {
  const names = new Set(pod.containers.flatMap((container) => Object.keys(container[field])));
  return Object.fromEntries(
    [...names].map((name) => {
      const of = (init: boolean) => pod.containers.filter((container) => container.init === init).map((container) => container[field][name] ?? 0);
      return [name, Math.max(of(false).reduce((sum, amount) => sum + amount, 0), ...of(true))];
    }),
  );
}

/** Containers and pods that a LimitRange would deny. */
export function deniedByRanges({ pods }: Demand, { limitRanges }: Pick<Room, 'limitRanges'>): readonly string[] {
  return pods.flatMap((pod) => {
    const containers = pod.containers.map((container) => asAdmitted(container, limitRanges));
    const whole = { requests: amountsOf({ containers }, 'requests'), limits: amountsOf({ containers }, 'limits') };
    return limitRanges.flatMap((range) => {
      if (range.type === 'Container') return containers.flatMap((container) => outside(range, container).map((what) => `Container ${container.name} of ${pod.workload} ${what} (LimitRange ${range.name}).`));
      return range.type === 'Pod' ? outside(range, whole).map((what) => `A pod of ${pod.workload} ${what} (LimitRange ${range.name}).`) : [];
    });
  });
}

/** LimitRanger's rules: a request below `min`, a limit above `max`, and a limit that is missing where there is a `max`. */
function outside({ min, max }: LimitRange, { requests, limits }: Pick<ContainerDemand, 'requests' | 'limits'>): readonly string[] {
  return [
    ...Object.entries(min).flatMap(([name, least]) => {
      const request = requests[name];
      return request !== undefined && request >= least ? [] : [`requests ${request === undefined ? 'no' : quantityText(request)} ${name}, and at least ${quantityText(least)} is asked for`];
    }),
    ...Object.entries(max).flatMap(([name, most]) => {
      const limit = limits[name];
      return limit !== undefined && limit <= most ? [] : [`has ${limit === undefined ? 'no limit of' : `a limit of ${quantityText(limit)}`} ${name}, and at most ${quantityText(most)} is allowed`];
    }),
  ];
}

/** Scopes that every pod of a long-running application is in, or may be; of the others a quota says nothing to us. */
const ourScopes: ReadonlySet<string> = new Set(['NotTerminating', 'NotBestEffort']);

/** What a quota has no room for. */
export function beyondQuota(demand: Demand, { quotas, limitRanges, standing }: Pick<Room, 'quotas' | 'limitRanges' | 'standing'>): readonly string[] {
  const pods = demand.pods.map((pod) => ({ ...pod, containers: pod.containers.map((container) => asAdmitted(container, limitRanges)) }));
  return quotas
    .filter(({ scopes }) => scopes.every((scope) => ourScopes.has(scope)))
    .flatMap((quota) => [...unsaid(quota, pods), ...Object.entries(quota.hard).flatMap(([name, hard]) => shortOf(quota, { name, hard, needed: neededOf(name, { ...demand, pods }, standing) }))]);
}

function shortOf({ name: quota, used }: Quota, { name, hard, needed }: { name: string; hard: number; needed: number }): readonly string[] {
  const left = hard - (used[name] ?? 0);
  // Amounts are sums of fractions: a hair too much is none.
  return needed <= left + 1e-9 * Math.max(1, Math.abs(hard)) ? [] : [`ResourceQuota ${quota} leaves ${quantityText(Math.max(0, left))} of ${quantityText(hard)} ${name}, and ${quantityText(needed)} is needed.`];
}

/** A quota of a resource denies each pod that does not say how much of it it wants. */
function unsaid({ name: quota, hard }: Quota, pods: readonly PodDemand[]): readonly string[] {
  return Object.keys(hard).flatMap((name) => {
    const asked = podResource(name);
    if (asked === null || (asked.resource !== 'cpu' && asked.resource !== 'memory')) return [];
    return pods
      .filter(({ containers }) => containers.some((container) => container[asked.field][asked.resource] === undefined))
      .map(({ workload }) => `ResourceQuota ${quota} is of ${name}, and a container of ${workload} does not say how much it wants.`);
  });
}

function podResource(name: string): { readonly field: 'requests' | 'limits'; readonly resource: string } | null {
  if (name === 'requests.storage') return null;
  const [, field, resource] = /^(?:(requests|limits)\.)?(cpu|memory|ephemeral-storage|hugepages-.+|.+\/.+)$/.exec(name) ?? [];
  if (resource === undefined || name.startsWith('count/') || name.includes('.storageclass.')) return null;
  return { field: field === 'limits' ? 'limits' : 'requests', resource };
}

/** How much more of a quota's resource is used once everything stands and runs; what is not known here needs nothing. */
function neededOf(name: string, { pods, objects, storage }: Demand, standing: Room['standing']): number {
  if (name === 'pods' || name === 'count/pods') return pods.reduce((sum, { replicas }) => sum + replicas, 0);
  if (name === 'requests.storage') return Math.max(0, storage - standing.storage);
  const asked = podResource(name);
  if (asked !== null) return pods.reduce((sum, pod) => sum + pod.replicas * (amountsOf(pod, asked.field)[asked.resource] ?? 0), 0);
  const resource = name.replace(/^count\//, '');
  return Math.max(0, (objects[resource] ?? 0) - (standing.objects[resource] ?? 0));
}

/** Pods for which no node has room, first those that need most. Affinity is not looked at: what does not fit here does not fit with it either. */
export function withoutNode({ pods }: Demand, { nodes, limitRanges }: Pick<Room, 'nodes' | 'limitRanges'>): readonly string[] {
  const free = new Map(nodes.map((node) => [node, { ...node.free } as Record<string, number>]));
  const wanted = pods
    .filter(({ everywhere, replicas }) => !everywhere && replicas > 0)
    .map((pod): { readonly pod: PodDemand; readonly needs: Amounts } => ({ pod, needs: { ...amountsOf({ containers: pod.containers.map((container) => asAdmitted(container, limitRanges)) }, 'requests'), pods: 1 } }))
    .toSorted((a, b) => (b.needs['memory'] ?? 0) - (a.needs['memory'] ?? 0) || (b.needs['cpu'] ?? 0) - (a.needs['cpu'] ?? 0));
  return wanted.flatMap(({ pod, needs }) => {
    const fitting = nodes.filter((node) => isFor(node, pod));
    const placed = place(pod.replicas, needs, fitting.map((node) => free.get(node) ?? {}));
    if (placed === pod.replicas) return [];
    const asks = Object.entries(needs).filter(([name]) => name !== 'pods').map(([name, amount]) => `${quantityText(amount)} ${name}`).join(', ');
    return [fitting.length === 0 ? `No node takes the pods of ${pod.workload}: all are cordoned, not Ready, tainted, or not what its nodeSelector asks for.` : `Nodes have room for ${placed} of ${pod.replicas} pods of ${pod.workload}${asks === '' ? '' : ` (${asks} each)`}.`];
  });
}

function place(replicas: number, needs: Amounts, free: readonly Record<string, number>[]): number {
  for (let placed = 0; placed < replicas; placed += 1) {
    const node = free.find((one) => Object.entries(needs).every(([name, amount]) => (one[name] ?? Infinity) >= amount - 1e-9));
    if (node === undefined) return placed;
    for (const [name, amount] of Object.entries(needs)) if (node[name] !== undefined) node[name] -= amount;
  }
  return replicas;
}

/** Whether a node may take the pods at all: schedulable, with the labels they ask for, and no taint that they do not tolerate. */
export function isFor({ takesPods, labels, taints }: NodeRoom, { nodeSelector, tolerations }: PodDemand): boolean {
  const keepsOut = taints.filter(({ effect }) => effect !== 'PreferNoSchedule');
  return takesPods && Object.entries(nodeSelector).every(([key, value]) => labels[key] === value) && keepsOut.every((taint) => tolerations.some((toleration) => tolerates(toleration, taint)));
}

function tolerates({ key, operator, value, effect }: Toleration, taint: NodeRoom['taints'][number]): boolean {
  if (effect !== '' && effect !== taint.effect) return false;
  if (operator === 'Exists') return key === '' || key === taint.key;
  return key === taint.key && value === taint.value;
}

/** Images that none of the nodes that may run them has; none where a node does not say all that it has. */
export function absentImages({ pods }: Demand, { nodes }: Pick<Room, 'nodes'>): readonly string[] {
  const absent = pods.flatMap((pod) => {
    const fitting = nodes.filter((node) => isFor(node, pod));
    if (fitting.length === 0 || fitting.some(({ images }) => images === null)) return [];
    return pod.containers.map(({ image }) => image).filter((image) => !fitting.some(({ images }) => images?.includes(image)));
  });
  return [...new Set(absent)];
}
