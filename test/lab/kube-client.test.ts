import { readdirSync } from 'node:fs';
import { ChangeoverError } from '../../src/domain/errors.js';
import { createKube } from '../../src/drivers/kubernetes/client.js';
import type { RawObject } from '../../src/ports/objects.js';
import { adminKubeconfig, freshNamespace } from './cluster.js';

/** The client on a real API server: pooling, errors, watches. */
const kube = createKube({ site: 'test', kubeconfig: adminKubeconfig() });
let namespace = '';

beforeAll(async () => {
  namespace = await freshNamespace(kube, 'kube-client');
});

afterAll(async () => {
  await kube.remove(`/api/v1/namespaces/${namespace}`);
  await kube.close();
});

const configMaps = (): string => `/api/v1/namespaces/${namespace}/configmaps`;
const configMap = (name: string, data: Record<string, string>): RawObject => ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, labels: { made: 'here' } }, data });

function openSockets(): number {
  return readdirSync('/proc/self/fd').length;
}

async function refusalOf(promise: Promise<unknown>): Promise<ChangeoverError> {
  return await promise.then(
    () => Promise.reject(new Error('was not refused')),
    (error: unknown) => (error instanceof ChangeoverError ? error : Promise.reject(error)),
  );
}

describe('the client of an API server', () => {
  test('keeps the number of connections bounded over many reads', async () => {
    await kube.clusterUid();
    const before = openSockets();
    for (let round = 0; round < 10; round += 1) await Promise.all(Array.from({ length: 50 }, () => kube.get('/api/v1/namespaces/kube-system')));
    expect(openSockets() - before).toBeLessThanOrEqual(20);
  });

  test('answers null for an absent object and refuses a path that leaves the API', async () => {
    expect(await kube.get(`${configMaps()}/absent`)).toBeNull();
    await expect(kube.get('/api/v1/namespaces/../../secrets')).rejects.toMatchObject({ code: 'Bug' });
  });

  test('turns an existing object and a stale version into a conflict', async () => {
    const made = await kube.create(configMaps(), configMap('twice', { a: '1' }));
    expect((await refusalOf(kube.create(configMaps(), configMap('twice', { a: '1' })))).code).toBe('Conflict');
    await kube.patch(`${configMaps()}/twice`, { data: { a: '2' } }, 'merge');
    const stale = await refusalOf(kube.replace(`${configMaps()}/twice`, { ...made, data: { a: '3' } }));
    expect(stale.code).toBe('Conflict');
    expect(stale.message).toContain(`PUT ${configMaps()}/twice on test`);
  });

  test('reports a field the schema does not know as invalid, in server-side apply too', async () => {
    const body = { ...configMap('unknown-field', {}), nonsense: 1 };
    expect((await refusalOf(kube.apply(`${configMaps()}/unknown-field`, body))).code).toBe('Invalid');
    expect((await refusalOf(kube.create(configMaps(), body))).code).toBe('Invalid');
  });

  test('never quotes the content of a Secret in an error', async () => {
    const body = { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'planted' }, data: { key: 'planted-secret-not-base64!' }, stringData: 7 };
    const refusal = await refusalOf(kube.create(`/api/v1/namespaces/${namespace}/secrets`, body));
    expect(refusal.code).toBe('Invalid');
    expect(JSON.stringify([refusal.message, refusal.cause])).not.toContain('planted-secret');
  });

  test('refuses every change once pinned to another cluster', async () => {
    const pinned = createKube({ site: 'test', kubeconfig: adminKubeconfig() });
    pinned.pin('00000000-0000-0000-0000-000000000000');
    expect((await refusalOf(pinned.create(configMaps(), configMap('wrong-site', {})))).code).toBe('WrongSite');
    expect(await pinned.get(`${configMaps()}/wrong-site`)).toBeNull();
    pinned.pin(await kube.clusterUid());
    await pinned.create(configMaps(), configMap('right-site', {}));
    await pinned.close();
  });

  test('removes with a precondition and takes an absent object as removed', async () => {
    await kube.create(configMaps(), configMap('gone', {}));
    expect((await refusalOf(kube.remove(`${configMaps()}/gone`, { uid: 'another' }))).code).toBe('Conflict');
    await kube.remove(`${configMaps()}/gone`);
    await kube.remove(`${configMaps()}/gone`);
  });

  test('lists over several pages with kind and version on every item', async () => {
    await Promise.all(Array.from({ length: 12 }, (_, n) => kube.create(configMaps(), configMap(`page-${n}`, {}))));
    const items = await kube.list(configMaps(), { limit: '5', labelSelector: 'made=here' });
    expect(items.length).toBeGreaterThanOrEqual(12);
    expect(new Set(items.map((item) => `${item.apiVersion} ${item.kind}`))).toEqual(new Set(['v1 ConfigMap']));
  });

  test('watches from the list on and ends with what was seen', async () => {
    const watched = kube.watchUntil(configMaps(), { fieldSelector: 'metadata.name=watched' }, {
      signal: AbortSignal.timeout(10_000),
      seen: (objects) => {
        const data = objects.get(`${namespace}/watched`)?.['data'] as { step?: string } | undefined;
        return data?.step === 'second' ? data.step : undefined;
      },
    });
    await kube.create(configMaps(), configMap('watched', { step: 'first' }));
    await kube.patch(`${configMaps()}/watched`, { data: { step: 'second' } }, 'merge');
    expect(await watched).toBe('second');
  });

  test('ends a watch with what its signal was aborted with', async () => {
    const stop = new AbortController();
    const watched = kube.watchUntil(configMaps(), {}, { signal: stop.signal, seen: () => (stop.abort(new Error('told to stop')), undefined) });
    await expect(watched).rejects.toThrow('told to stop');
  });

  test('throws a refusal of a watched list at once', async () => {
    const watched = kube.watchUntil('/apis/none.example.test/v1/things', {}, { signal: AbortSignal.timeout(10_000), seen: () => undefined });
    await expect(watched).rejects.toMatchObject({ code: 'NotFound' });
  });

  test('discovers kinds, scope, subresources and preferred versions', async () => {
    const served = await kube.discover();
    expect(served.find((one) => one.kind === 'Deployment')).toMatchObject({ group: 'apps', version: 'v1', plural: 'deployments', namespaced: true, preferred: true, subresources: expect.arrayContaining(['scale', 'status']) });
    expect(served.find((one) => one.kind === 'Node')).toMatchObject({ group: '', namespaced: false });
  });
});
