import { mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createKube } from '../../../src/drivers/kubernetes/client.js';
import { CredentialSource } from '../../../src/drivers/kubernetes/kubeconfig.js';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'kubeconfig-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

function file(content: unknown): string {
  const path = join(folder, 'config');
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
  return path;
}

function config(changes: object = {}): object {
  return {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: 'c', cluster: { server: 'https://127.0.0.1:6443/prefix' } }],
    users: [{ name: 'u', user: { token: 'planted-token' } }],
    contexts: [{ name: 'x', context: { cluster: 'c', user: 'u' } }],
    'current-context': 'x',
    ...changes,
  };
}

describe('a kubeconfig that cannot be used', () => {
  test.each([
    ['has no current context', config({ 'current-context': '' }), 'has no current-context'],
    ['names a context it does not hold', config({ 'current-context': 'y' }), 'current context y'],
    ['lacks the cluster', config({ clusters: [] }), 'whose cluster'],
    ['lacks the user', config({ users: [] }), 'whose user'],
    ['has a server that is no URL', config({ clusters: [{ name: 'c', cluster: { server: 'nowhere' } }] }), 'not a URL'],
    ['has a cluster without a server', config({ clusters: [{ name: 'c', cluster: {} }] }), 'is incomplete'],
    ['is a list', '- a\n- b\n', 'is not a kubeconfig'],
    ['is not YAML', 'users: [{name: u, user: {token: planted-token}\n  bad: :', 'not valid YAML'],
  ])('and %s is refused in one sentence that names file and site, never a token', (_, content, reason) => {
    const path = file(content);
    const use = (): unknown => createKube({ site: 'east', kubeconfig: path });
    expect(use).toThrow(expect.objectContaining({ code: 'Invalid', message: expect.stringContaining(reason) }));
    expect(use).toThrow(expect.objectContaining({ message: expect.stringMatching(new RegExp(`^The kubeconfig ${path} of site east .*\\.$`)) }));
    expect(use).not.toThrow('planted-token');
  });

  test('and does not exist is refused with the reason', () => {
    expect(() => createKube({ site: 'east', kubeconfig: join(folder, 'absent') })).toThrow('cannot be read (ENOENT)');
  });
});

describe('credentials', () => {
  test('carry the token and keep the path of the server', async () => {
    const { headers, server } = await new CredentialSource('east', file(config())).resolve();
    expect(headers['authorization']).toBe('Bearer planted-token');
    expect(server.href).toBe('https://127.0.0.1:6443/prefix');
  });

  test('come from a token file beside the kubeconfig, trimmed, and again when it changes', async () => {
    const token = join(folder, 'token');
    writeFileSync(token, 'first\n');
    const source = new CredentialSource('east', file(config({ users: [{ name: 'u', user: { tokenFile: 'token' } }] })));
    expect((await source.resolve()).headers['authorization']).toBe('Bearer first');
    writeFileSync(token, 'second\n');
    utimesSync(token, new Date(), new Date(Date.now() + 5_000));
    source.forget();
    expect((await source.resolve()).headers['authorization']).toBe('Bearer second');
  });

  test('are those of a kubeconfig that somebody renewed, while the old ones are still accepted; one that is half written changes nothing', async () => {
    const path = file(config());
    const source = new CredentialSource('east', path, 0);
    const sent = async (content: unknown, seconds: number): Promise<string | undefined> => {
      file(content);
      utimesSync(path, new Date(), new Date(Date.now() + seconds * 1000));
      return (await source.resolve()).headers['authorization'];
    };
    expect(await sent('users: [{', 5)).toBe('Bearer planted-token');
    expect(await sent(config({ users: [{ name: 'u', user: { token: 'renewed' } }] }), 10)).toBe('Bearer renewed');
  });

  test('whose token file is missing are refused when they are needed', async () => {
    const source = new CredentialSource('east', file(config({ users: [{ name: 'u', user: { tokenFile: 'absent' } }] })));
    await expect(source.resolve()).rejects.toMatchObject({ code: 'Invalid' });
  });
});
