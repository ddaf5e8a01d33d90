import { isFor } from './fitting.js';
import type { Demand, PodDemand, Room } from './room.js';

/** Nodes that may run the pods of a workload, where they have another processor than those they run on now. */
export interface OtherArchitecture {
  readonly workload: string;
  readonly runsOn: readonly string[];
  /** Those of the nodes that differ. */
  readonly others: readonly string[];
  /** No node that may run them is like those they run on. */
  readonly all: boolean;
}

/** Nothing of a workload that no node takes, nor of nodes that do not say what they are. */
export function otherArchitectures({ pods, architectures = [] }: Demand, { nodes }: Pick<Room, 'nodes'>): readonly OtherArchitecture[] {
  if (architectures.length === 0) return [];
  return pods.flatMap((pod: PodDemand) => {
    const known = [...new Set(nodes.filter((node) => isFor(node, pod)).flatMap(({ architecture }) => architecture ?? []))];
    const others = known.filter((one) => !architectures.includes(one)).toSorted();
    return others.length === 0 ? [] : [{ workload: pod.workload, runsOn: architectures, others, all: others.length === known.length }];
  });
}
