/** Runs the Go tests of the lab's own programs. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { repositoryRoot } from '../paths.js';
import { buildEnvironment } from './go-build.js';

for (const module of ['node', 'vvr']) {
  const cwd = join(repositoryRoot(), 'lab', module);
  const { status } = spawnSync('go', ['test', './...'], { cwd, stdio: 'inherit', env: buildEnvironment() });
  if (status !== 0) process.exit(status ?? 1);
}
