import type { LookedBack } from '../activities/standing.js';
import { homeIsPrimaryChecks, turnBackChecks, type WayBackFacts } from '../domain/checks/index.js';
import type { Plan } from '../domain/plan.js';
import { predictFrom } from '../domain/prediction.js';
import { now } from './board.js';
import { callsAt } from './calls.js';
import { failure } from './failures.js';
import type { Migration } from './migration.js';
import { look, showSites } from './preflight.js';

const step = { name: 'look-back', title: 'Looking whether the way back is open' };

/** What stands between here and home. `isHome`: the storage says already that home alone is Primary, so no role has to be swapped. */
export interface WayHome {
  readonly isHome: boolean;
}

/**
 * Whether the application can go home from where it is now; makes the plan of that way. `plan` is that of the run which is turned back.
 * Nobody is served meanwhile, so one call at each site, side by side, reads what the checks judge and nothing else.
 */
export async function lookBack(migration: Migration, plan: Plan): Promise<WayHome> {
  const { board, request } = migration;
  board.step(step.name, { title: step.title, state: 'running', startedAt: now(), endedAt: null });
  const [left, home] = await Promise.all([lookAt(migration, plan, plan.target), lookAt(migration, plan, plan.source)]);
  const facts: WayBackFacts = { request, source: left.seen, target: home.seen, others: [], names: null, holder: plan.run };
  const isHome = home.seen.replication?.role === 'primary' && left.seen.replication?.role === 'secondary';
  const checks = isHome ? homeIsPrimaryChecks : turnBackChecks;
  const reasons = look(migration, checks, facts);
  showSites(migration, facts);
  if (reasons.length > 0) return refuse(migration, reasons);
  if (left.plan === null) throw failure('Bug', `${plan.target} made no plan of the way back.`);
  migration.seal(left.plan);
  // What comes back has no pods yet from which its start could be told.
  board.predicted(predictFrom({ ...left.seen, application: { slowestStartMs: null } }));
  board.names([]);
  board.step(step.name, { state: 'done', endedAt: now(), note: `${checks.length} checks passed${isHome ? `; ${home.seen.site} is Primary already` : ''}` });
  return { isHome };
}

/** As patient as any call after the line: a site that does not answer is held, with its ways on. */
async function lookAt(migration: Migration, plan: Plan, site: string): Promise<LookedBack> {
  return callsAt({ site, mood: 'forward', title: step.title, input: () => ({ site, plan }), limits: plan.limits ?? [], id: (activity) => migration.uniqueId(`${step.name}/${activity}@${site}`) }).observeWayBack();
}

function refuse({ board }: Migration, reasons: readonly string[]): never {
  board.step(step.name, { state: 'failed', endedAt: now(), note: reasons.join(' ') });
  throw failure('Refused', `The way back is not open: ${reasons.join(' ')}`, [{ reasons }]);
}
