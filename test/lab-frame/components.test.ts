import { createHash } from 'node:crypto';
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { programCatalog, testProgramCatalog, type Program } from '../../lab/components/catalog.js';
import { Downloader, publishedChecksum } from '../../lab/components/download.js';
import { provideProgram } from '../../lab/components/ensure.js';
import { sourceHash } from '../../lab/components/go-build.js';
import { withLock } from '../../lab/process/lock.js';

const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');
const never = /^this is never said$/;

let folder: string;
let server: Server;
let files: Map<string, Buffer>;
let requests: string[];
let base: string;
let downloader: Downloader;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'components-'));
  files = new Map();
  requests = [];
  server = createServer((request, response) => {
    requests.push(request.url ?? '');
    const body = files.get(request.url ?? '');
    if (body === undefined) response.writeHead(404).end();
    else response.end(body);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  downloader = new Downloader({ kubernetes: base, github: base, helm: base });
});

afterEach(async () => {
  await downloader.close();
  server.close();
  server.closeAllConnections();
  rmSync(folder, { recursive: true, force: true });
});

/** A catalogued program that no PATH can satisfy, so that the ways after it are taken. */
function pinned(name: string): Program {
  const program = [...programCatalog('x64'), ...testProgramCatalog('x64')].find((one) => one.name === name);
  if (program?.pinned === undefined) throw new Error(`${name} is not in the catalogue`);
  return { ...program, variable: 'CHANGEOVER_TEST_UNSET', pinned: { ...program.pinned, says: never } };
}

/** Provides a program with a build that only leaves a mark, and tells what was said. */
async function provide(program: Program, by: Downloader = downloader) {
  const lines: string[] = [];
  const built: string[] = [];
  const path = await provideProgram(program, {
    progress: (line) => lines.push(line), downloader: by, folder: join(folder, 'bin'),
    build: async (one, to) => {
      built.push(one.name);
      writeFileSync(to, 'built', { mode: 0o755 });
    },
  });
  return { path, lines: lines.join('\n'), built, content: readFileSync(path, 'utf8') };
}

describe('the way to a program', () => {
  test('an official release whose checksum matches is used, and is found in the cache afterwards', async () => {
    const program = Buffer.from('#!/bin/sh\necho released\n');
    files.set('/v1.35.4/bin/linux/amd64/kube-apiserver', program);
    files.set('/v1.35.4/bin/linux/amd64/kube-apiserver.sha256', Buffer.from(sha256(program)));

    const first = await provide(pinned('kube-apiserver'));
    expect(first.content).toBe(program.toString());
    expect(first.path).toBe(join(folder, 'bin', 'kube-apiserver-1.35.4'));
    expect(execFileSync(first.path, { encoding: 'utf8' })).toBe('released\n');
    expect(first.built).toEqual([]);
    expect(first.lines).toMatch(/downloaded kube-apiserver 1\.35\.4, checksum verified/);

    const asked = requests.length;
    await provide(pinned('kube-apiserver'));
    expect(requests).toHaveLength(asked);
  });

  test('a program inside an archive is taken out after the archive was verified', async () => {
    const inside = 'etcd-v3.6.5-linux-amd64';
    mkdirSync(join(folder, inside));
    writeFileSync(join(folder, inside, 'etcd'), 'the etcd');
    execFileSync('tar', ['-czf', 'archive.tar.gz', inside], { cwd: folder });
    const archive = readFileSync(join(folder, 'archive.tar.gz'));
    const release = '/etcd-io/etcd/releases/download/v3.6.5';
    files.set(`${release}/${inside}.tar.gz`, archive);
    files.set(`${release}/SHA256SUMS`, Buffer.from(`${'0'.repeat(64)}  other.tar.gz\n${sha256(archive)}  ${inside}.tar.gz\n`));

    const { content, built } = await provide(pinned('etcd'));
    expect(content).toBe('the etcd');
    expect(built).toEqual([]);
  });

  test('a program without --version comes from its own maker\'s address', async () => {
    mkdirSync(join(folder, 'linux-amd64'));
    writeFileSync(join(folder, 'linux-amd64', 'helm'), 'the helm');
    execFileSync('tar', ['-czf', 'archive.tar.gz', 'linux-amd64'], { cwd: folder });
    const archive = readFileSync(join(folder, 'archive.tar.gz'));
    files.set('/helm-v3.20.2-linux-amd64.tar.gz', archive);
    files.set('/helm-v3.20.2-linux-amd64.tar.gz.sha256sum', Buffer.from(`${sha256(archive)}  helm-v3.20.2-linux-amd64.tar.gz\n`));
    expect(await provide(pinned('helm'))).toMatchObject({ content: 'the helm', built: [] });
  });

  test('a release whose checksum differs is refused, leaves nothing behind, and the program is built', async () => {
    files.set('/v1.35.4/bin/linux/amd64/kube-scheduler', Buffer.from('tampered with'));
    files.set('/v1.35.4/bin/linux/amd64/kube-scheduler.sha256', Buffer.from('a'.repeat(64)));

    const { content, lines, built } = await provide(pinned('kube-scheduler'));
    expect(content).toBe('built');
    expect(built).toEqual(['kube-scheduler']);
    expect(lines).toMatch(/has the SHA-256 [0-9a-f]{64}, published is a{64}: refused/);
    expect(readdirSync(join(folder, 'bin'))).toEqual(['kube-scheduler-1.35.4']);
  });

  test('a release that is not there is told with its address and status, and the program is built', async () => {
    const { lines, built } = await provide(pinned('temporal'));
    expect(lines).toMatch(/checksums\.txt answered 404/);
    expect(built).toEqual(['temporal']);
  });

  test('an address that cannot be reached is tried once in a run, not once per program', async () => {
    server.close();
    server.closeAllConnections();
    await once(server, 'close');
    const offline = new Downloader({ kubernetes: base, github: base }, 200);
    const first = await provide(pinned('kube-apiserver'), offline);
    expect(first.lines).toMatch(/cannot be reached/);

    // From here on the address would answer, which a second attempt would show.
    const { port } = new URL(base);
    server = createServer((_request, response) => {
      requests.push('second attempt');
      response.writeHead(404).end();
    }).listen(Number(port), '127.0.0.1');
    await once(server, 'listening');
    const second = await provide(pinned('kube-scheduler'), offline);
    expect(second.lines).toMatch(/cannot be reached/);
    expect(requests).toEqual([]);
    await offline.close();
  });

  test('an environment variable wins over everything, and is refused when it names no program', async () => {
    const own = join(folder, 'own');
    writeFileSync(own, 'mine');
    chmodSync(own, 0o755);
    process.env['CHANGEOVER_TEST_VARIABLE'] = own;
    const program = { ...pinned('etcd'), variable: 'CHANGEOVER_TEST_VARIABLE' };
    expect((await provide(program)).path).toBe(own);
    process.env['CHANGEOVER_TEST_VARIABLE'] = join(folder, 'absent');
    await expect(provide(program)).rejects.toThrow(/CHANGEOVER_TEST_VARIABLE names .*absent, which is not a program/);
    delete process.env['CHANGEOVER_TEST_VARIABLE'];
  });
});

describe('what decides about a program', () => {
  test('a published checksum is read from a bare hash and from a list of files', () => {
    const hash = 'b'.repeat(64);
    expect(publishedChecksum(hash, 'any')).toBe(hash);
    expect(publishedChecksum(`${hash} *file.tar.gz`, 'file.tar.gz')).toBe(hash);
    expect(publishedChecksum(`${hash}  other`, 'file')).toBeUndefined();
    expect(publishedChecksum('<html>not found</html>', 'file')).toBeUndefined();
  });

  test('the key of our own programs follows their sources and not their tests', () => {
    writeFileSync(join(folder, 'main.go'), 'package main');
    const before = sourceHash(folder);
    writeFileSync(join(folder, 'main_test.go'), 'package main');
    expect(sourceHash(folder)).toBe(before);
    writeFileSync(join(folder, 'go.sum'), 'changed');
    expect(sourceHash(folder)).not.toBe(before);
  });

  test('a build lock whose holder is gone is taken over and given back', async () => {
    const lock = join(folder, 'build.lock');
    writeFileSync(lock, JSON.stringify({ pid: process.pid, startTicks: '1', bootId: 'another boot' }));
    expect(await withLock({ path: lock, what: 'the build', progress: () => {} }, async () => existsSync(lock))).toBe(true);
    expect(existsSync(lock)).toBe(false);
  });
});
