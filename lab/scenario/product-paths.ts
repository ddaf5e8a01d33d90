import { join } from 'node:path';
import { repositoryRoot, scopeFolder } from '../paths.js';

/** Where the product's configuration in the lab stands. */
export function productConfigPath(): string {
  return join(scopeFolder('product'), 'changeover.yaml');
}

/** The compiled `changeover` command. `dist` may be another, sabotaged build. */
export function mainProgram(dist: string = join(repositoryRoot(), 'dist')): string {
  return join(dist, 'src', 'main.js');
}

/** The compiled worker. */
export function workerProgram(dist: string = join(repositoryRoot(), 'dist')): string {
  return join(dist, 'src', 'worker.js');
}
