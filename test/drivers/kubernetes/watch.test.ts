import { createKube } from '../../../src/drivers/kubernetes/client.js';
import { event, json, list, pieces, scriptedServer, status } from './scripted-server.js';
import type { Answer } from './scripted-server.js';

const path = '/api/v1/namespaces/n/configmaps';

/** Runs a watch over a script until an object named `last` is there; returns all names then, and the requests made. */
async function watched(script: readonly Answer[], signal = AbortSignal.timeout(5_000)): Promise<{ names: readonly string[]; requests: readonly string[] }> {
  const server = await scriptedServer(script);
  const kube = createKube({ site: 'test', kubeconfig: server.kubeconfig });
  try {
    const names = await kube.watchUntil(path, {}, { signal, seen: (objects) => (objects.has('n/last') ? [...objects.keys()] : undefined) });
    return { names, requests: server.requests };
  } finally {
    await kube.close();
    await server.close();
  }
}

const versionsOf = (requests: readonly string[]): readonly (string | null)[] => requests.map((line) => new URL(line.split(' ')[1] ?? '', 'http://x').searchParams.get('resourceVersion'));

describe('a watch', () => {
  test('ends with the list when that is enough', async () => {
    expect((await watched([list('1', 'last')])).requests).toHaveLength(1);
  });

  test('keeps what was added, drops what was deleted, however the network cuts the lines', async () => {
    const text = Buffer.from(event('ADDED', 'a', '2') + event('ADDED', 'ümläut', '3') + event('DELETED', 'a', '4') + event('ADDED', 'last', '5'));
    const cut = Array.from({ length: Math.ceil(text.length / 7) }, (_, n) => text.subarray(n * 7, n * 7 + 7));
    expect((await watched([list('1', 'first'), pieces(cut)])).names).toEqual(['n/first', 'n/ümläut', 'n/last']);
  });

  test('comes back from the newest version it saw, bookmarks included, when the server ends it', async () => {
    const { requests } = await watched([list('1'), pieces([event('BOOKMARK', 'b', '7')]), pieces([event('ADDED', 'last', '8')])]);
    expect(versionsOf(requests)).toEqual([null, '1', '7']);
  });

  test('comes back when the connection dies in the middle of a line', async () => {
    const { names, requests } = await watched([list('1'), pieces([event('ADDED', 'a', '2'), '{"type":"ADD'], 'reset'), pieces([event('ADDED', 'last', '3')])]);
    expect(names).toEqual(['n/a', 'n/last']);
    expect(versionsOf(requests)).toEqual([null, '1', '2']);
  });

  test.each([
    ['an event of 410', pieces([`${JSON.stringify({ type: 'ERROR', object: { kind: 'Status', code: 410, message: 'too old' } })}\n`])],
    ['an answer of 410', status(410, 'Expired')],
  ])('lists again after %s and forgets what is gone', async (_, expired) => {
    const { names } = await watched([list('1', 'old'), expired, list('9', 'new', 'last')]);
    expect(names).toEqual(['n/new', 'n/last']);
  });

  test('tries again while the server is overloaded', async () => {
    expect((await watched([status(503, 'busy'), status(429, 'slow down'), list('1', 'last')])).names).toEqual(['n/last']);
  });

  test('goes on when the server that comes back denies everything until it has read its roles', async () => {
    const denied: Answer = status(403, 'configmaps is forbidden: User "changeover" cannot watch resource "configmaps"');
    const { names } = await watched([list('1', 'first'), pieces([], 'reset'), denied, status(500, 'not ready'), pieces([event('ADDED', 'last', '2')])]);
    expect(names).toEqual(['n/first', 'n/last']);
  });

  test('throws at once what trying again cannot change', async () => {
    await expect(watched([status(403, 'no right')])).rejects.toMatchObject({ code: 'Forbidden' });
    await expect(watched([list('1'), status(400, 'bad selector')])).rejects.toMatchObject({ code: 'Invalid' });
  });

  test('throws what its signal carries while it waits', async () => {
    const stop = new AbortController();
    const server: Answer = (response) => {
      response.writeHead(200).flushHeaders();
      stop.abort(new Error('deadline'));
    };
    await expect(watched([list('1'), server], stop.signal)).rejects.toThrow('deadline');
  });
});

describe('a list', () => {
  async function listed(script: readonly Answer[]): Promise<{ names: readonly string[]; requests: readonly string[] }> {
    const server = await scriptedServer(script);
    const kube = createKube({ site: 'test', kubeconfig: server.kubeconfig });
    try {
      return { names: (await kube.list(path)).map((item) => item.metadata.name), requests: server.requests };
    } finally {
      await kube.close();
      await server.close();
    }
  }
  const page = (name: string, token: string): Answer => json({ kind: 'ConfigMapList', apiVersion: 'v1', metadata: { resourceVersion: '1', continue: token }, items: [{ metadata: { name } }] });

  test('reads every page', async () => {
    const { names, requests } = await listed([page('a', 'next'), page('b', '')]);
    expect(names).toEqual(['a', 'b']);
    expect(requests[1]).toContain('continue=next');
  });

  test('starts again when its pages expire, and repeats nothing', async () => {
    expect((await listed([page('a', 'next'), status(410, 'Expired'), page('a', 'again'), page('b', '')])).names).toEqual(['a', 'b']);
  });

  test('is not taken from an answer that is no list', async () => {
    await expect(listed([json({ kind: 'Status' })])).rejects.toMatchObject({ code: 'Unreachable' });
  });
});

describe('a call', () => {
  test('tries a read once more when the connection was dead, and a change never', async () => {
    const dead: Answer = (response) => void response.socket?.destroy();
    const server = await scriptedServer([dead, json({ kind: 'ConfigMap', metadata: { name: 'x' } }), dead]);
    const kube = createKube({ site: 'test', kubeconfig: server.kubeconfig });
    expect((await kube.get(`${path}/x`))?.metadata.name).toBe('x');
    await expect(kube.patch(`${path}/x`, {}, 'merge')).rejects.toMatchObject({ code: 'Unreachable' });
    expect(server.requests).toHaveLength(3);
    await kube.close();
    await server.close();
  });

  test('that is denied by a server which has not read its roles yet is unreachable, and by one that is ready forbidden', async () => {
    const denied: Answer = status(403, 'configmaps "x" is forbidden: User "changeover" cannot get resource "configmaps"');
    const server = await scriptedServer([denied, status(500, 'not ready'), denied, denied, denied, json({}), denied]);
    const kube = createKube({ site: 'test', kubeconfig: server.kubeconfig });
    for (const code of ['Unreachable', 'Unreachable', 'Forbidden']) await expect(kube.get(`${path}/x`)).rejects.toMatchObject({ code });
    expect(server.requests.filter((line) => line === 'GET /readyz')).toHaveLength(3);
    await kube.close();
    await server.close();
  });

  test('that was denied by a server which became ready right after it is asked again, and is not taken for a missing right', async () => {
    const denied: Answer = status(403, 'configmaps "x" is forbidden: User "changeover" cannot patch resource "configmaps"');
    const server = await scriptedServer([denied, json({}), json({ kind: 'ConfigMap', metadata: { name: 'x' } })]);
    const kube = createKube({ site: 'test', kubeconfig: server.kubeconfig });
    expect((await kube.patch(`${path}/x`, {}, 'merge')).metadata.name).toBe('x');
    await kube.close();
    await server.close();
  });

  test('that a policy denies is not asked about a second time', async () => {
    const server = await scriptedServer([status(403, "pods \"x\" is forbidden: ValidatingAdmissionPolicy 'fence' denied request")]);
    const kube = createKube({ site: 'test', kubeconfig: server.kubeconfig });
    await expect(kube.patch(`${path}/x`, {}, 'merge')).rejects.toMatchObject({ code: 'Forbidden' });
    expect(server.requests).toHaveLength(1);
    await kube.close();
    await server.close();
  });

  test('that is not answered in time is unreachable, without a second try', async () => {
    const server = await scriptedServer([() => undefined]);
    const kube = createKube({ site: 'test', kubeconfig: server.kubeconfig, timeoutMs: 50 });
    await expect(kube.get(`${path}/x`)).rejects.toMatchObject({ code: 'Unreachable', message: expect.stringContaining('no answer within 0.05 s') });
    expect(server.requests).toHaveLength(1);
    await kube.close();
    await server.close();
  });

  test('asks for the cluster again after a connection was lost, and before a change only', async () => {
    const kubeSystem = (uid: string): Answer => json({ kind: 'Namespace', metadata: { name: 'kube-system', uid } });
    const bye: Answer = (response) => void response.writeHead(200, { connection: 'close' }).end('{"kind":"ConfigMap","metadata":{"name":"x"}}');
    const server = await scriptedServer([kubeSystem('east-uid'), json({}), json({}), bye, json({}), kubeSystem('another-uid')]);
    const kube = createKube({ site: 'test', kubeconfig: server.kubeconfig, connections: 1 });
    kube.pin('east-uid');
    await kube.patch(`${path}/x`, {}, 'merge');
    await kube.patch(`${path}/x`, {}, 'merge');
    await kube.get(`${path}/x`);
    await kube.get(`${path}/x`);
    await expect(kube.patch(`${path}/x`, {}, 'merge')).rejects.toMatchObject({ code: 'WrongSite' });
    expect(server.requests.map((line) => line.split('?')[0])).toEqual(['GET /api/v1/namespaces/kube-system', `PATCH ${path}/x`, `PATCH ${path}/x`, `GET ${path}/x`, `GET ${path}/x`, 'GET /api/v1/namespaces/kube-system']);
    await kube.close();
    await server.close();
  });
});
