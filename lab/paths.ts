import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * The repository's root: the nearest folder above this file that holds package.json.
 * Works from the sources and from dist/ alike.
 * @throws Error when no package.json stands above this file.
 */
export function repositoryRoot(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, 'package.json'))) {
    const parent = dirname(folder);
    if (parent === folder) throw new Error('package.json was not found above the lab\'s own code');
    folder = parent;
  }
  return folder;
}

/** A compiled program of the lab, by its place below lab/: the same whether the caller runs compiled or under a test runner. */
export function labProgram(...place: readonly string[]): string {
  return join(repositoryRoot(), 'dist', 'lab', ...place);
}

/** Where the lab keeps everything it writes; CHANGEOVER_LAB_HOME moves it. */
export function labHome(): string {
  return process.env['CHANGEOVER_LAB_HOME'] ?? join(homedir(), '.local', 'state', 'changeover-lab');
}

/** Where programs are kept between labs; CHANGEOVER_CACHE moves it. */
export function cacheHome(): string {
  return process.env['CHANGEOVER_CACHE'] ?? join(homedir(), '.cache', 'changeover');
}

/** Held by the command that changes what runs; beside the lab's folder, which `down --purge` removes. */
export function labLock(): string {
  return `${labHome()}.lock`;
}

/** The folder of one part of the lab: a site's name, `names`, `temporal` or `links`. */
export function scopeFolder(scope: string): string {
  return join(labHome(), scope);
}

/** The folder with `vradmin`; the lab's kubelets mount it into every pod, which also marks pods as the lab's. */
export function toolFolder(): string {
  return join(labHome(), 'bin');
}

/** The socket of a site's vvrd. */
export function vvrdSocket(site: string): string {
  return join(scopeFolder(site), 'vvr', 'vvrd.sock');
}

/**
 * Linux cuts a unix socket's path off after 107 bytes (sun_path, unix(7)), and programs then fail in
 * words that do not name the cause; so it is refused before anything starts.
 * @throws Error naming the path, its length and the way out.
 */
export function checkSocketPath(path: string): void {
  const length = Buffer.byteLength(path);
  if (length > 107) {
    throw new Error(`the socket path ${path} has ${length} bytes, Linux allows 107: set CHANGEOVER_LAB_HOME to a shorter folder`);
  }
}
