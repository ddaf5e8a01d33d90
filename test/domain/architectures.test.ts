import { otherArchitectures } from '../../src/domain/architectures.js';
import { aDemand, aNode, aPod, aRoom } from './room-facts.js';

describe('Nodes of another architecture', () => {
  const found = (runsOn: readonly string[], nodes: readonly (string | undefined)[]) =>
    otherArchitectures(aDemand({ architectures: runsOn }), aRoom({ nodes: nodes.map((architecture) => aNode(architecture === undefined ? {} : { architecture })) }));
  const other = { workload: 'Deployment/orders', runsOn: ['amd64'], others: ['arm64'] };

  const rows: readonly (readonly [string, readonly string[], readonly (string | undefined)[], readonly object[]])[] = [
    ['are none where all are alike', ['amd64'], ['amd64', 'amd64'], []],
    ['are all', ['amd64'], ['arm64', 'arm64'], [{ ...other, all: true }]],
    ['are some', ['amd64'], ['arm64', 'amd64'], [{ ...other, all: false }]],
    ['are none for pods that run on both', ['amd64', 'arm64'], ['arm64'], []],
    ['are none where nothing is known of the source', [], ['arm64'], []],
    ['are none where a node does not say what it is', ['amd64'], [undefined], []],
    ['are none where there are no nodes, which is another matter', ['amd64'], [], []],
  ];
  test.each(rows)('%s', (_, runsOn, nodes, expected) => expect(found(runsOn, nodes)).toEqual(expected));

  test('do not count where the pods may not run on them', () => {
    const demand = aDemand({ architectures: ['amd64'], pods: [aPod({ nodeSelector: { 'kubernetes.io/arch': 'amd64' } })] });
    const node = (architecture: string) => aNode({ architecture, labels: { 'kubernetes.io/arch': architecture } });
    expect(otherArchitectures(demand, aRoom({ nodes: [node('arm64'), node('amd64')] }))).toEqual([]);
  });
});
