import { absentImages, amountsOf, asAdmitted, beyondQuota, deniedByRanges, withoutNode } from '../../src/domain/fitting.js';
import { quantityOf, quantityText } from '../../src/domain/quantity.js';
import type { Demand, LimitRange, NodeRoom, PodDemand, Quota, Room } from '../../src/domain/room.js';
import { aContainer, aDemand, aNode, aPod, aRoom } from './room-facts.js';

const Mi = 2 ** 20;
const aQuota = (hard: Quota['hard'], of: Partial<Quota> = {}): Quota => ({ name: 'q', scopes: [], hard, used: {}, ...of });
const aRange = (of: Partial<LimitRange> = {}): LimitRange => ({ name: 'r', type: 'Container', min: {}, max: {}, defaultLimits: {}, defaultRequests: {}, ...of });

describe('A quantity', () => {
  test.each([['500m', 0.5], ['2', 2], ['1.5Gi', 1.5 * 2 ** 30], ['64Mi', 64 * Mi], ['1k', 1000], ['1e3', 1000], ['12E', 12e18], ['.5', 0.5], [3, 3], ['soon', null], ['', null], ['5Zi', null], [null, null]])('%j is %j', (text, amount) => expect(quantityOf(text)).toBe(amount));
  test.each([[1.5 * 2 ** 30, '1.5Gi'], [0.25, '0.25'], [3, '3'], [512 * Mi, '512Mi']])('%d is told as %s', (amount, text) => expect(quantityText(amount)).toBe(text));
});

describe('A pod', () => {
  test('needs what its containers need together, or its largest init container', () => {
    const containers = [aContainer(), aContainer({ requests: { cpu: 0.5 } }), aContainer({ init: true, requests: { cpu: 3, memory: Mi } })];
    expect(amountsOf({ containers }, 'requests')).toEqual({ cpu: 3, memory: 256 * Mi });
  });

  test('gets from a LimitRange what it does not say itself', () => {
    const range = aRange({ defaultLimits: { cpu: 4, memory: 8 }, defaultRequests: { cpu: 2, memory: 2 } });
    expect(asAdmitted(aContainer({ requests: {}, limits: { cpu: 1 } }), [range])).toMatchObject({ limits: { cpu: 1, memory: 8 }, requests: { cpu: 1, memory: 2 } });
    expect(asAdmitted(aContainer(), [aRange({ type: 'Pod', defaultRequests: { cpu: 9 } })])).toEqual(aContainer());
  });
});

describe('A quota', () => {
  const says = (quota: Quota, of: Partial<Demand> = {}, room: Partial<Room> = {}) => beyondQuota(aDemand(of), aRoom({ quotas: [quota], ...room }));

  test('with room for all says nothing, to the last bit', () => {
    expect(says(aQuota({ pods: 2, cpu: 1, 'requests.memory': 512 * Mi, 'limits.cpu': 2, configmaps: 2, 'count/deployments.apps': 1, 'requests.storage': 1024 * Mi, 'services.loadbalancers': 0 }))).toEqual([]);
    expect(says(aQuota({ 'requests.cpu': 0.3 }), { pods: [aPod({ replicas: 3, containers: [aContainer({ requests: { cpu: 0.1 } })] })] })).toEqual([]);
  });

  test('that is too small says each thing it leaves too little of, whatever else uses it', () => {
    expect(says(aQuota({ pods: 5, cpu: 1, memory: 600 * Mi, configmaps: 3, 'count/deployments.apps': 1, 'requests.storage': 512 * Mi }, { used: { pods: 4, memory: 100 * Mi, configmaps: 2, 'count/deployments.apps': 1 } }))).toEqual([
      'ResourceQuota q leaves 1 of 5 pods, and 2 is needed.',
      'ResourceQuota q leaves 500Mi of 600Mi memory, and 512Mi is needed.',
      'ResourceQuota q leaves 1 of 3 configmaps, and 2 is needed.',
      'ResourceQuota q leaves 0 of 1 count/deployments.apps, and 1 is needed.',
      'ResourceQuota q leaves 512Mi of 512Mi requests.storage, and 1Gi is needed.',
    ]);
  });

  test('does not count again what stands there already', () => {
    const used = { configmaps: 2, 'requests.storage': 1024 * Mi };
    expect(says(aQuota({ configmaps: 2, 'requests.storage': 1024 * Mi }, { used }), {}, { standing: { objects: { configmaps: 2 }, storage: 1024 * Mi } })).toEqual([]);
  });

  test('denies pods that do not say what they want of it, unless a LimitRange says it for them', () => {
    const silent = { pods: [aPod({ containers: [aContainer({ requests: {}, limits: {} })] })] };
    expect(says(aQuota({ 'requests.cpu': 9 }), silent)).toEqual(['ResourceQuota q is of requests.cpu, and a container of Deployment/orders does not say how much it wants.']);
    expect(says(aQuota({ 'requests.cpu': 9 }), silent, { limitRanges: [aRange({ defaultRequests: { cpu: 1 } })] })).toEqual([]);
  });

  test('of other pods than ours says nothing', () => {
    expect(says(aQuota({ pods: 0 }, { scopes: ['BestEffort'] }))).toEqual([]);
    expect(says(aQuota({ pods: 0 }, { scopes: ['NotTerminating'] }))).toHaveLength(1);
  });
});

describe('A LimitRange', () => {
  const says = (range: LimitRange) => deniedByRanges(aDemand(), aRoom({ limitRanges: [range] }));

  test('that allows the pods says nothing', () => expect(says(aRange({ min: { cpu: 0.5 }, max: { cpu: 1, memory: 512 * Mi } }))).toEqual([]));

  test('denies what requests too little, has a limit that is too high, or has none where one is asked for', () => {
    expect(says(aRange({ min: { memory: 512 * Mi, 'ephemeral-storage': Mi }, max: { cpu: 0.75, 'ephemeral-storage': 2 * Mi } }))).toEqual([
      'Container main of Deployment/orders requests 256Mi memory, and at least 512Mi is asked for (LimitRange r).',
      'Container main of Deployment/orders requests no ephemeral-storage, and at least 1Mi is asked for (LimitRange r).',
      'Container main of Deployment/orders has a limit of 1 cpu, and at most 0.75 is allowed (LimitRange r).',
      'Container main of Deployment/orders has no limit of ephemeral-storage, and at most 2Mi is allowed (LimitRange r).',
    ]);
  });

  test('of pods counts all containers together', () => {
    const of = (max: number) => deniedByRanges(aDemand({ pods: [aPod({ containers: [aContainer(), aContainer()] })] }), aRoom({ limitRanges: [aRange({ type: 'Pod', max: { cpu: max } })] }));
    expect([of(2), of(1.5)]).toEqual([[], ['A pod of Deployment/orders has a limit of 2 cpu, and at most 1.5 is allowed (LimitRange r).']]);
  });
});

describe('The nodes', () => {
  const says = (nodes: readonly NodeRoom[], ...pods: readonly PodDemand[]) => withoutNode(aDemand({ pods: pods.length === 0 ? [aPod()] : pods }), aRoom({ nodes }));
  const none = 'No node takes the pods of Deployment/orders: all are cordoned, not Ready, tainted, or not what its nodeSelector asks for.';

  test('with room say nothing, and one may take what another cannot', () => {
    expect(says([aNode()])).toEqual([]);
    expect(says([aNode({ free: { cpu: 0.5, memory: 256 * Mi, pods: 1 } }), aNode({ free: { cpu: 0.5, memory: 256 * Mi, pods: 1 } })])).toEqual([]);
    expect(says([aNode({ free: {} })])).toEqual([]);
  });

  test('have no room that lies on two of them, nor for more pods than they take', () => {
    expect(says([aNode({ free: { cpu: 0.7, memory: 9e9, pods: 5 } }), aNode({ free: { cpu: 0.3, memory: 9e9, pods: 5 } })])).toEqual(['Nodes have room for 1 of 2 pods of Deployment/orders (0.5 cpu, 256Mi memory each).']);
    expect(says([aNode({ free: { pods: 0 } })])).toEqual([expect.stringContaining('room for 0 of 2 pods')]);
  });

  test('are shared by all workloads, the largest first', () => {
    const large = aPod({ workload: 'StatefulSet/db', replicas: 1, containers: [aContainer({ requests: { memory: 900 * Mi } })] });
    expect(says([aNode()], aPod({ replicas: 1 }), large)).toEqual([expect.stringContaining('room for 0 of 1 pods of Deployment/orders')]);
  });

  test.each([
    ['is cordoned or not Ready', aNode({ takesPods: false }), aPod(), [none]],
    ['lacks the label that is asked for', aNode({ labels: { disk: 'slow' } }), aPod({ nodeSelector: { disk: 'fast' } }), [none]],
    ['has the label that is asked for', aNode({ labels: { disk: 'fast' } }), aPod({ nodeSelector: { disk: 'fast' } }), []],
    ['is tainted', aNode({ taints: [{ key: 'a', value: 'b', effect: 'NoSchedule' }] }), aPod(), [none]],
    ['is tainted otherwise than what is tolerated', aNode({ taints: [{ key: 'a', value: 'b', effect: 'NoExecute' }] }), aPod({ tolerations: [{ key: 'a', operator: 'Equal', value: 'b', effect: 'NoSchedule' }] }), [none]],
    ['has a taint that is tolerated', aNode({ taints: [{ key: 'a', value: 'b', effect: 'NoSchedule' }] }), aPod({ tolerations: [{ key: 'a', operator: 'Equal', value: 'b', effect: '' }] }), []],
    ['has a taint, and everything is tolerated', aNode({ taints: [{ key: 'a', value: 'b', effect: 'NoSchedule' }] }), aPod({ tolerations: [{ key: '', operator: 'Exists', value: '', effect: '' }] }), []],
    ['would rather have no pods', aNode({ taints: [{ key: 'a', value: 'b', effect: 'PreferNoSchedule' }] }), aPod(), []],
    ['is asked for nothing by a DaemonSet', aNode({ takesPods: false }), aPod({ everywhere: true }), []],
    ['is asked for nothing by a CronJob', aNode({ takesPods: false }), aPod({ replicas: 0 }), []],
  ] as const)('with one that %s', (_, node, pod, sentences) => expect(says([node], pod)).toEqual(sentences));
});

describe('Images', () => {
  const absent = (...nodes: readonly NodeRoom[]) => absentImages(aDemand(), aRoom({ nodes }));
  const has = aNode({ images: ['example.test/orders:1'] });
  const lacks = aNode({ images: [] });

  test('are absent when no node that may run the pods has them', () => {
    expect(absent(lacks, lacks)).toEqual(['example.test/orders:1']);
    expect(absent(lacks, { ...has, takesPods: false })).toEqual(['example.test/orders:1']);
    expect(absent(lacks, has)).toEqual([]);
  });

  test('may be there where a node does not say all that it has, or no node takes the pods', () => {
    expect(absent(lacks, aNode({ images: null }))).toEqual([]);
    expect(absent({ ...lacks, takesPods: false })).toEqual([]);
  });
});
