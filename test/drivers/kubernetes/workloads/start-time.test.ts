import type { KubeObject } from '../../../../src/domain/restore/object.js';
import { slowestStart } from '../../../../src/drivers/kubernetes/workloads/start-time.js';

function pod(readyAt: string | null, restartCount = 0): KubeObject {
  return {
    apiVersion: 'v1', kind: 'Pod', metadata: { name: 'p', creationTimestamp: '2026-03-01T03:00:00Z' },
    status: {
      conditions: [{ type: 'Initialized', status: 'True', lastTransitionTime: '2026-03-01T03:10:00Z' }, ...(readyAt === null ? [] : [{ type: 'Ready', status: 'True', lastTransitionTime: readyAt }])],
      containerStatuses: [{ restartCount }],
    },
  } as unknown as KubeObject;
}

describe('How long pods took to start', () => {
  const rows: readonly (readonly [string, readonly KubeObject[], number | null])[] = [
    ['is that of the slowest', [pod('2026-03-01T03:00:03Z'), pod('2026-03-01T03:00:09Z')], 9_000],
    ['leaves out a pod that is not Ready', [pod('2026-03-01T03:00:03Z'), pod(null)], 3_000],
    ['leaves out a pod that restarted: it became Ready anew', [pod('2026-03-01T09:00:00Z', 2), pod('2026-03-01T03:00:03Z')], 3_000],
    ['is unknown without a Ready pod', [pod(null)], null],
    ['is unknown without pods', [], null],
  ];
  test.each(rows)('%s', (_, pods, expected) => expect(slowestStart(pods)).toBe(expected));
});
