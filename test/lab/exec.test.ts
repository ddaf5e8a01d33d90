import { createKube } from '../../src/drivers/kubernetes/client.js';
import { productKubeconfig } from './cluster.js';

/** Exec through the API server into an InfoScale pod, under the product's own account. */
const kube = createKube({ site: 'test', kubeconfig: productKubeconfig() });
const pod = { namespace: 'infoscale-vtas', name: '', container: 'infoscale' };
const limits = { timeoutMs: 5_000 };
const shell = (script: string, ...rest: string[]): readonly string[] => ['/bin/sh', '-c', script, ...rest];

beforeAll(async () => {
  const pods = await kube.list('/api/v1/namespaces/infoscale-vtas/pods');
  const running = pods.find((one) => (one['status'] as { phase?: string }).phase === 'Running');
  if (running === undefined) throw new Error('no pod runs in infoscale-vtas');
  pod.name = running.metadata.name;
});
afterAll(async () => {
  await kube.close();
});

describe('an exec', () => {
  test('gives exit code, output and errors apart', async () => {
    expect(await kube.exec(pod, shell('echo out; echo err >&2; exit 3'), limits)).toEqual({ exitCode: 3, stdout: 'out\n', stderr: 'err\n' });
    expect(await kube.exec(pod, shell('true'), limits)).toEqual({ exitCode: 0, stdout: '', stderr: '' });
  });

  test('passes every word as it is', async () => {
    const words = ['two words', '', '&a=b', '$HOME', 'ü'];
    expect((await kube.exec(pod, shell('printf "[%s]" "$@"', 'x', ...words), limits)).stdout).toBe(words.map((word) => `[${word}]`).join(''));
  });

  test('loses nothing of much output, many times at once', async () => {
    const results = await Promise.all(Array.from({ length: 10 }, () => kube.exec(pod, shell('i=0; while [ $i -lt 4000 ]; do echo 0123456789abcdef; i=$((i+1)); done; exit 7'), limits)));
    expect(results.map(({ exitCode, stdout }) => [exitCode, stdout.length])).toEqual(results.map(() => [7, 68_000]));
  });

  test('that does not end in time has no exit code', async () => {
    const result = await kube.exec(pod, shell('echo begun; sleep 30'), { timeoutMs: 500 });
    expect(result).toMatchObject({ exitCode: null, stdout: 'begun\n', stderr: expect.stringContaining('0.5 s') });
  });

  test('of a program that is not there has no exit code of zero, and says so', async () => {
    const result = await kube.exec(pod, ['/no/such/program'], limits);
    expect(result.exitCode).not.toBe(0);
    expect(result.stderr).not.toBe('');
  });

  test('is refused outside the storage namespace and for a pod that is not there', async () => {
    await expect(kube.exec({ ...pod, namespace: 'default', name: 'x' }, ['true'], limits)).rejects.toMatchObject({ code: 'Forbidden' });
    await expect(kube.exec({ ...pod, name: 'absent' }, ['true'], limits)).rejects.toMatchObject({ code: 'NotFound' });
    await expect(kube.exec({ ...pod, name: '../x' }, ['true'], limits)).rejects.toMatchObject({ code: 'Invalid' });
  });
});
