import type { HeldChoice } from '../domain/status.js';
import { failure } from './failures.js';
import type { Migration } from './migration.js';
import type { AnotherWay } from './other-ways.js';
import { reported } from './promote.js';
import { settle } from './settle.js';

const step = { name: 'swap-roles', title: 'Reading the roles on both sites' };

/** What an undo does that found other roles than those that let the source start. */
export type RolesFound =
  /** The source alone is Primary after all, or a person made it so. */
  | { readonly kind: 'again' }
  /** The target alone is Primary: why the undo stays held, what to do, the line that gives the role back, and the way on. */
  | { readonly kind: 'swapped'; readonly error: Error; readonly advice: string; readonly giveBack: string; readonly onward: HeldChoice };

/**
 * An undo that was refused because of a role asks the one table what follows, as any crossing does: two Primaries, or none, are held there with
 * every way that the table has. Where a person promoted the target, the run goes `onward` and this never returns.
 */
export async function rolesFound(migration: Migration, onward: AnotherWay): Promise<RolesFound> {
  const { plan } = migration;
  const by = await settle(migration, migration.stepRun(step, 'undo'), { outcomeKnown: true, drained: null });
  if (by === null) return { kind: 'again' };
  if (by === 'takeover') return onward.take();
  const { choice, effect, loses } = onward;
  return {
    kind: 'swapped',
    error: failure('RoleChanged', `${plan.target} is Primary and ${plan.source} is Secondary, though this run did not swap them: ${plan.unit.name} must not start on ${plan.source}.`),
    advice: `Find out who changed the roles, and how. Then either give the role back and retry, which starts ${plan.unit.name} on ${plan.source}; or go-forward, which starts it on ${plan.target} at once.`,
    giveBack: await givingBack(migration),
    onward: { choice, effect, ...(loses === undefined ? {} : { loses }) },
  };
}

/** As VVR has it; it is refused while the other site has not everything, so nothing is lost by it. */
async function givingBack(migration: Migration): Promise<string> {
  const { source, target, replication } = migration.plan;
  const group = replication?.groups[target];
  if (group === undefined) return '';
  const host = (await reported(migration, target))?.secondaries[0]?.split(':')[0] ?? `HOST-OF-${source}`;
  return `Give the role back to ${source} first: on ${target}, in an InfoScale pod, vradmin -g ${group.diskGroup} migrate ${group.rvg} ${host}. `;
}
