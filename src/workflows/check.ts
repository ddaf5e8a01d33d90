import type { MigrationRequest } from '../domain/request.js';
import type { Status } from '../domain/status.js';
import { Migration } from './migration.js';
import { preflight } from './preflight.js';

/** Preflight alone: every check, all reasons at once, nothing changed. It holds no lock and may run beside anything. */
export async function check(request: MigrationRequest): Promise<Status> {
  const migration = new Migration(request);
  try {
    await preflight(migration, { every: true });
    migration.board.phase('completed', 'Every check passed; nothing was changed');
  } catch (error) {
    const reasons = migration.board.read().refusals.length;
    if (reasons === 0) throw error;
    migration.board.phase('refused', `${reasons} ${reasons === 1 ? 'reason' : 'reasons'} against it; nothing was changed`);
  }
  return migration.board.read();
}
