import { createHash } from 'node:crypto';
import { execFile } from 'node:child_process';
import { createWriteStream, renameSync, rmSync, statSync, chmodSync } from 'node:fs';
import { basename } from 'node:path';
import { Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';
import { EnvHttpProxyAgent, fetch } from 'undici';
import type { Release } from './catalog.js';

const run = promisify(execFile);

/** Where official releases are fetched from; settings so that a mirror, or a test's own server, can stand in. */
export interface DownloadBases {
  readonly kubernetes: string;
  readonly github: string;
  readonly helm?: string;
}

const helmReleases = 'https://get.helm.sh';

/** CHANGEOVER_KUBERNETES_RELEASES, CHANGEOVER_GITHUB_RELEASES and CHANGEOVER_HELM_RELEASES, or the makers' own addresses. */
export function downloadBases(env: NodeJS.ProcessEnv = process.env): DownloadBases {
  return {
    kubernetes: env['CHANGEOVER_KUBERNETES_RELEASES'] ?? 'https://dl.k8s.io',
    github: env['CHANGEOVER_GITHUB_RELEASES'] ?? 'https://github.com',
    helm: env['CHANGEOVER_HELM_RELEASES'] ?? helmReleases,
  };
}

/** Why a release could not be used: a reason in words, never a half-written file. */
export class DownloadRefused extends Error {}

/** Fetches official releases. An address that could not be reached is not tried again in the same run. */
export class Downloader {
  readonly #bases: DownloadBases;
  readonly #unreachable = new Map<string, string>();
  // A machine without a way out must learn so quickly: the build that follows is the long part.
  readonly #dispatcher: EnvHttpProxyAgent;

  constructor(bases: DownloadBases, connectTimeoutMs = 3000) {
    this.#bases = bases;
    this.#dispatcher = new EnvHttpProxyAgent({ connect: { timeout: connectTimeoutMs }, headersTimeout: 15_000, bodyTimeout: 60_000 });
  }

  /**
   * Puts the program at `destination`, after its bytes were compared with the published SHA-256.
   * @throws DownloadRefused when it cannot be had or its checksum differs.
   */
  async fetchProgram(release: Release, destination: string): Promise<void> {
    const expected = publishedChecksum(await this.#text(release, release.checksumPath), basename(release.path));
    if (expected === undefined) throw new DownloadRefused(`${release.checksumPath} names no checksum for ${basename(release.path)}`);
    const fetched = `${destination}.${process.pid}.fetched`;
    const program = `${destination}.${process.pid}.new`;
    try {
      const actual = await this.#file(release, fetched);
      if (actual !== expected) {
        throw new DownloadRefused(`${release.path} has the SHA-256 ${actual}, published is ${expected}: refused`);
      }
      if (release.member === undefined) renameSync(fetched, program);
      else await extractMember(fetched, release.member, program);
      if (statSync(program).size === 0) throw new DownloadRefused(`${release.path} holds an empty program`);
      chmodSync(program, 0o755);
      renameSync(program, destination);
    } finally {
      rmSync(fetched, { force: true });
      rmSync(program, { force: true });
    }
  }

  async close(): Promise<void> {
    await this.#dispatcher.close();
  }

  async #text(release: Release, path: string): Promise<string> {
    return (await this.#get(release, path)).text();
  }

  async #file(release: Release, to: string): Promise<string> {
    const response = await this.#get(release, release.path);
    if (response.body === null) throw new DownloadRefused(`${release.path} came without content`);
    const hash = createHash('sha256');
    const hashing = new Transform({
      transform(chunk: Buffer, _encoding, done) {
        hash.update(chunk);
        done(undefined, chunk);
      },
    });
    try {
      await pipeline(Readable.fromWeb(response.body), hashing, createWriteStream(to));
    } catch (error) {
      throw new DownloadRefused(`${release.path} broke off: ${reasonOf(error)}`);
    }
    return hash.digest('hex');
  }

  async #get(release: Release, path: string) {
    const base = this.#bases[release.base] ?? helmReleases;
    const known = this.#unreachable.get(base);
    if (known !== undefined) throw new DownloadRefused(known);
    let response;
    try {
      response = await fetch(`${base}/${path}`, { dispatcher: this.#dispatcher });
    } catch (error) {
      const reason = `${base} cannot be reached (${reasonOf(error)})`;
      this.#unreachable.set(base, reason);
      throw new DownloadRefused(reason);
    }
    if (!response.ok) {
      await response.body?.cancel();
      throw new DownloadRefused(`${base}/${path} answered ${response.status}`);
    }
    return response;
  }
}

/** Reads `<hash>` or lines of `<hash>  <file>`, the two forms the makers publish. */
export function publishedChecksum(text: string, file: string): string | undefined {
  for (const line of text.split('\n')) {
    const [hash, name] = line.trim().split(/\s+/);
    if (hash === undefined || !/^[0-9a-f]{64}$/i.test(hash)) continue;
    if (name === undefined || name.replace(/^\*/, '') === file) return hash.toLowerCase();
  }
  return undefined;
}

async function extractMember(archive: string, member: string, to: string): Promise<void> {
  const { stdout } = await run('tar', ['-xzOf', archive, member], { encoding: 'buffer', maxBuffer: 1 << 30 });
  await pipeline(Readable.from([stdout]), createWriteStream(to));
}

function reasonOf(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  return cause instanceof Error ? cause.message : String(cause);
}
