import { createHash } from 'node:crypto';
import { execFile } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { promisify } from 'node:util';
import type { GoBuild } from './catalog.js';

const run = promisify(execFile);

/** Said when a program has to be compiled and there is no compiler for it. */
export const goMissing = 'Go 1.26 or newer is needed to build the lab\'s programs: install it from https://go.dev/dl and put its bin folder on the PATH';

/**
 * Makes sure that Go 1.26 or newer is there.
 * @throws Error that says what to install.
 */
export async function requireGo(): Promise<void> {
  let said: string;
  try {
    said = (await run('go', ['env', 'GOVERSION'], { env: buildEnvironment() })).stdout.trim();
  } catch {
    throw new Error(`${goMissing} (no go was found)`);
  }
  const [, major, minor] = /^go(\d+)\.(\d+)/.exec(said) ?? [];
  if (Number(major) < 1 || (Number(major) === 1 && Number(minor) < 26)) throw new Error(`${goMissing} (found ${said})`);
}

/**
 * Compiles one program to `destination`, which appears only when it is complete.
 * @throws Error with the compiler's own words.
 */
export async function goBuild(build: GoBuild, destination: string, signal?: AbortSignal): Promise<void> {
  mkdirSync(dirname(destination), { recursive: true });
  const temporary = `${destination}.${process.pid}.new`;
  try {
    await run('go', ['build', '-trimpath', '-ldflags', build.ldflags, '-o', temporary, build.package], {
      cwd: build.folder, env: buildEnvironment(), maxBuffer: 64 << 20, ...(signal === undefined ? {} : { signal }),
    });
    renameSync(temporary, destination);
  } catch (error) {
    signal?.throwIfAborted();
    const stderr = (error as { stderr?: string }).stderr ?? '';
    const own = stderr.split('\n').filter((line) => !line.startsWith('go: downloading')).join('\n').trim();
    throw new Error(`building ${build.package} in ${build.folder} failed: ${own === '' ? String(error) : own.slice(-2000)}`);
  } finally {
    rmSync(temporary, { force: true });
  }
}

/**
 * The first twelve hex digits of a hash over everything that decides what a module's programs are:
 * its Go sources (tests aside), embedded files and go.sum.
 */
export function sourceHash(folder: string): string {
  const hash = createHash('sha256');
  for (const file of sourceFiles(folder).sort()) {
    hash.update(`${relative(folder, file)}\0`).update(readFileSync(file)).update('\0');
  }
  return hash.digest('hex').slice(0, 12);
}

function sourceFiles(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return entry.name === 'testdata' ? [] : sourceFiles(path);
    return entry.isFile() && !entry.name.endsWith('_test.go') && !entry.name.endsWith('.md') ? [path] : [];
  });
}

export function buildEnvironment(): NodeJS.ProcessEnv {
  // Static programs run in the pods' own file trees; the toolchain must not be swapped behind our back.
  return { ...process.env, GOTOOLCHAIN: 'local', GOFLAGS: '-buildvcs=false', CGO_ENABLED: '0' };
}
