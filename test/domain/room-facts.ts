import type { ContainerDemand, Demand, NodeRoom, PodDemand, Room } from '../../src/domain/room.js';

/** Two pods of half a core and a quarter of a gibibyte, and a node that takes both; tests change one thing at a time. */

const Mi = 2 ** 20;
export const aContainer = (of: Partial<ContainerDemand> = {}): ContainerDemand => ({ name: 'main', image: 'example.test/orders:1', init: false, requests: { cpu: 0.5, memory: 256 * Mi }, limits: { cpu: 1, memory: 512 * Mi }, ...of });
export const aPod = (of: Partial<PodDemand> = {}): PodDemand => ({ workload: 'Deployment/orders', replicas: 2, everywhere: false, containers: [aContainer()], nodeSelector: {}, tolerations: [], ...of });
export const aDemand = (of: Partial<Demand> = {}): Demand => ({ pods: [aPod()], objects: { configmaps: 2, 'deployments.apps': 1 }, storage: 1024 * Mi, ...of });
export const aNode = (of: Partial<NodeRoom> = {}): NodeRoom => ({ name: 'w1', takesPods: true, labels: {}, taints: [], free: { cpu: 2, memory: 1024 * Mi, pods: 10 }, images: null, ...of });
export const aRoom = (of: Partial<Room> = {}): Room => ({ quotas: [], limitRanges: [], nodes: [aNode()], standing: { objects: {}, storage: 0 }, ...of });
