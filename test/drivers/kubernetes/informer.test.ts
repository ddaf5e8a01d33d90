import { createKube } from '../../../src/drivers/kubernetes/client.js';
import { event, list, pieces, scriptedServer, status } from './scripted-server.js';
import type { Answer } from './scripted-server.js';

const path = '/api/v1/namespaces/n/configmaps';

/** Informs over a script until something named `last` is told of; everything that was told, in order, and the versions that were asked for. */
async function informed(script: readonly Answer[]): Promise<{ told: readonly string[]; asked: readonly string[] }> {
  const server = await scriptedServer(script);
  const kube = createKube({ site: 'test', kubeconfig: server.kubeconfig });
  const stop = new AbortController();
  const overdue = setTimeout(() => stop.abort(), 10_000);
  const told: string[] = [];
  const tell = (what: string): void => {
    told.push(what);
    if (/\blast\b/.test(what)) stop.abort();
  };
  try {
    await kube.inform(path, {}, {
      signal: stop.signal,
      listener: {
        listed: (objects) => tell(`listed ${objects.map(({ metadata }) => metadata.name).join(' ')}`.trim()),
        changed: (what, { metadata }) => tell(`${what} ${metadata.name}`),
        lost: () => tell('lost'),
        found: () => tell('found'),
      },
    });
    return { told, asked: server.requests.map(askedFor) };
  } finally {
    clearTimeout(overdue);
    await kube.close();
    await server.close();
  }
}

function askedFor(line: string): string {
  const { searchParams } = new URL(line.split(' ')[1] ?? '', 'http://x');
  return searchParams.get('watch') === 'true' ? `watch from ${searchParams.get('resourceVersion')}` : 'list';
}

const tooOld = pieces([`${JSON.stringify({ type: 'ERROR', object: { kind: 'Status', code: 410, message: 'too old resource version' } })}\n`]);
const broken = pieces([`${JSON.stringify({ type: 'ERROR', object: { kind: 'Status', code: 500, message: 'etcd is away' } })}\n`]);

describe('An informer', () => {
  test('lists once, and comes back from the newest version it saw, bookmarks included, when the server ends a watch', async () => {
    const { told, asked } = await informed([list('1', 'a'), pieces([event('MODIFIED', 'a', '2'), event('BOOKMARK', '', '7')]), pieces([event('DELETED', 'a', '8'), event('ADDED', 'last', '9')])]);
    expect(told).toEqual(['listed a', 'modified a', 'deleted a', 'added last']);
    expect(asked).toEqual(['list', 'watch from 1', 'watch from 7']);
  });

  test.each<[string, Answer]>([['an event', tooOld], ['the answer', status(410, 'Expired')]])('lists again after a 410 in %s: what changed meanwhile is told as a list, never as a change', async (_, expired) => {
    const { told, asked } = await informed([list('1', 'a'), expired, list('9', 'a', 'b'), pieces([event('ADDED', 'last', '10')])]);
    expect(told).toEqual(['listed a', 'listed a b', 'added last']);
    expect(asked).toEqual(['list', 'watch from 1', 'list', 'watch from 9']);
  });

  test('whose connection dies in the middle of a line tells nothing twice and leaves nothing out', async () => {
    const { told, asked } = await informed([list('1'), pieces([event('ADDED', 'a', '2'), '{"type":"MODI'], 'reset'), pieces([event('MODIFIED', 'a', '3'), event('ADDED', 'last', '4')])]);
    expect(told).toEqual(['listed', 'added a', 'lost', 'found', 'modified a', 'added last']);
    expect(asked).toEqual(['list', 'watch from 1', 'watch from 2']);
  });

  test('says once that a site is away, however often it is tried, and once that it is back', async () => {
    const dead: Answer = (response) => void response.socket?.destroy();
    const { told } = await informed([list('1', 'a'), dead, status(503, 'busy'), dead, pieces([event('ADDED', 'last', '2')])]);
    expect(told).toEqual(['listed a', 'lost', 'found', 'added last']);
  });

  test('does not carry on from a version of which the server says that its watch fails', async () => {
    const { told, asked } = await informed([list('1', 'a'), broken, list('5', 'a', 'last')]);
    expect(told).toEqual(['listed a', 'lost', 'found', 'listed a last']);
    expect(asked).toEqual(['list', 'watch from 1', 'list']);
  });

  test('tries a list again that no server answers', async () => {
    const { told } = await informed([status(503, 'starting'), status(500, 'etcd'), list('1', 'last')]);
    expect(told).toEqual(['lost', 'found', 'listed last']);
  });
});
