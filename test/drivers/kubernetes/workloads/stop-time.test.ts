import type { KubeObject } from '../../../../src/domain/restore/object.js';
import { declaredStop } from '../../../../src/drivers/kubernetes/workloads/stop-time.js';

function pod(preStop: object | null, grace?: number): KubeObject {
  const lifecycle = preStop === null ? {} : { lifecycle: { preStop } };
  return { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'p' }, spec: { ...(grace === undefined ? {} : { terminationGracePeriodSeconds: grace }), containers: [{ name: 'side' }, { name: 'main', ...lifecycle }] } } as unknown as KubeObject;
}

const exec = (...command: string[]) => ({ exec: { command } });

describe('How long the hooks of pods wait before they stop', () => {
  const rows: readonly (readonly [string, readonly KubeObject[], number | null])[] = [
    ['is said by the sleep action', [pod({ sleep: { seconds: 5 } })], 5_000],
    ['is read from a command that sleeps', [pod(exec('sleep', '3'))], 3_000],
    ['is read from a shell that sleeps', [pod(exec('/bin/sh', '-c', 'sleep 2.5'))], 2_500],
    ['is that of the slowest pod', [pod(exec('sleep', '3')), pod(exec('/bin/sleep', '9')), pod(null)], 9_000],
    ['ends with the grace period', [pod(exec('sleep', '60'), 10)], 10_000],
    ['ends with the usual grace period', [pod(exec('sleep', '60'))], 30_000],
    ['is not known of a hook that does something else', [pod(exec('/bin/sh', '-c', 'sleep 3 && drain'))], null],
    ['is not known without a hook', [pod(null)], null],
    ['is not known without pods', [], null],
  ];
  test.each(rows)('%s', (_, pods, expected) => expect(declaredStop(pods)).toBe(expected));
});
