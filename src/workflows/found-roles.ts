import { rolesSwapped, type RolesSwapped } from '../domain/proofs.js';
import { now } from './board.js';
import type { Migration } from './migration.js';
import { settle } from './settle.js';

/**
 * The proof that the target alone is Primary, of roles that this run did not swap as it is now; what is not clear is settled by the one table,
 * and by a person where it says so. Null: the source is the only Primary. The run must hold the unit in its own epoch.
 */
export async function foundSwapped(migration: Migration, step: { readonly name: string; readonly title: string }): Promise<RolesSwapped | null> {
  const { board, plan } = migration;
  board.step(step.name, { title: step.title, state: 'running', startedAt: now(), endedAt: null, note: null });
  const by = plan.replication === null ? 'found' : await settle(migration, migration.stepRun(step, 'forward'), { outcomeKnown: true, drained: null });
  if (by === null) {
    board.step(step.name, { state: 'failed', endedAt: now(), note: `${plan.source} is Primary, ${plan.target} is not` });
    return null;
  }
  board.step(step.name, { state: 'done', endedAt: now(), note: plan.replication === null ? 'no role to swap' : `source Secondary, target Primary (${by === 'takeover' ? by : 'found'})` });
  board.line('after');
  board.phase('forward', 'The target is Primary');
  return rolesSwapped(plan, now(), by === 'takeover' ? by : 'found');
}
