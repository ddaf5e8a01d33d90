// Makes a checkout runnable: npm packages and the build, each only when something changed. Plain JavaScript, since nothing is installed yet.
import { createHash } from 'node:crypto';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = join(dirname(fileURLToPath(import.meta.url)), '..');

/** Installs packages and builds when needed; says what it does and how long it took. */
export function prepare() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major < 20 || (major === 20 && minor < 19)) {
    console.error(`Node ${process.versions.node} is too old: install Node 20.19 or newer.`);
    process.exit(1);
  }
  // Not npm ci: it refuses a lock file without the optional packages of platforms that are not this one.
  step({ doing: 'installing npm packages', done: 'installed npm packages', marker: join('node_modules', '.prepared'), hash: hashOf(['package.json', 'package-lock.json']) }, () => run('npm', ['install', '--no-save', '--no-audit', '--no-fund', '--loglevel=error']));
  step({ doing: 'building', done: 'built', marker: join('dist', '.prepared'), hash: hashOf(['package.json', 'package-lock.json', 'tsconfig.json', 'tsconfig.build.json', ...sources('src'), ...sources('lab'), ...sources('bench')]) }, () => {
    rmSync(join(root, 'dist'), { recursive: true, force: true });
    run(process.execPath, [join(root, 'node_modules', 'typescript', 'bin', 'tsc'), '-p', 'tsconfig.build.json']);
    run(process.execPath, [join('dist', 'src', 'bundle.js')]);
  });
}

function step({ doing, done, marker, hash }, work) {
  const file = join(root, marker);
  if (existsSync(file) && readFileSync(file, 'utf8') === hash) return;
  const began = performance.now();
  console.error(`${doing} …`);
  work();
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, hash);
  console.error(`${done} (${((performance.now() - began) / 1000).toFixed(1)} s)`);
}

function sources(folder) {
  if (!existsSync(join(root, folder))) return [];
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .map((entry) => join(entry.parentPath, entry.name).slice(root.length + 1))
    .sort();
}

function hashOf(files) {
  const hash = createHash('sha256');
  for (const file of files) if (existsSync(join(root, file))) hash.update(file).update(readFileSync(join(root, file)));
  return hash.digest('hex');
}

function run(command, args) {
  const result = spawnSync(command, args, { cwd: root, stdio: ['ignore', 2, 2] });
  if (result.status !== 0) {
    console.error(`${command} ${args.join(' ')} failed`);
    process.exit(result.status ?? 1);
  }
}
