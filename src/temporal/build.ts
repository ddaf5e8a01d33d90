import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** The name under which Temporal keeps the builds of the control worker together. */
export const DEPLOYMENT = 'changeover';

/**
 * What tells one build from another: the package's version and a digest of the bundled workflows. A change outside the workflows makes
 * no other build, and a worker that is merely started again is the same one.
 */
export function buildIdOf(bundle: string): string {
  const digest = createHash('sha256').update(readFileSync(bundle)).digest('hex').slice(0, 12);
  return `${versionAbove(dirname(bundle))}-${digest}`;
}

/** The version in the nearest package.json that has one. */
function versionAbove(folder: string): string {
  const file = join(folder, 'package.json');
  const { version } = existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as { version?: string }) : {};
  if (version !== undefined) return version;
  return dirname(folder) === folder ? '0' : versionAbove(dirname(folder));
}
