import type { RoleReading } from '../activities/inspection.js';
import type { Drained } from '../domain/proofs.js';
import { effectOf, isUnsettled, lossOf, type Choosing, type GroupReport, type Promotion, type Unsettled } from '../domain/promotion.js';
import type { HeldReason } from '../domain/roles.js';
import type { HeldChoice } from '../domain/status.js';
import { explain } from './failures.js';
import type { Migration } from './migration.js';

const step = { name: 'swap-roles', title: 'Giving the role to one site' };

/** Failures that arise before the command is started: nothing can still act because of them. */
const notCommanded = new Set(['NotFenced', 'StillRunning', 'RoleChanged']);

export interface Readings {
  readonly source: RoleReading;
  readonly target: RoleReading;
}

/** The two ways to one Primary, side by side, each with what is lost by it, as far as the sites can say. */
export async function promotions(migration: Migration, reason: HeldReason, drained: Drained | null): Promise<readonly HeldChoice[]> {
  if (!isUnsettled(reason)) return [];
  const { plan, board } = migration;
  const [source, target] = await Promise.all([reported(migration, plan.source), reported(migration, plan.target)]);
  const choosing: Choosing = { reason, source: plan.source, target: plan.target, drainedAt: drained?.at ?? null, reports: { source, target }, secondaryAt: Object.fromEntries(board.secondaryAt) };
  const isTurningBack = board.read().procedure === 'turn-back';
  return (['promote-source', 'promote-target'] as const).map((choice) => ({ choice, effect: effectOf(choice, choosing, isTurningBack), loses: lossOf(choice, choosing) }));
}

async function reported(migration: Migration, site: string): Promise<GroupReport | null> {
  try {
    return await migration.stepRun(step, 'look').at(site).observeGroup();
  } catch {
    return null;
  }
}

/** What became of a promotion. `outcomeKnown` false: its command may still act. `problem`: why it is not done, one sentence. */
export interface Promoted {
  readonly outcomeKnown: boolean;
  readonly problem: string | null;
}

/**
 * One attempt. From neither, the chosen site takes the role. From both, the other one gives it up, after it is proven that nothing can
 * write there; the chosen one is not touched. From other roles than those shown, nothing. What became of the roles is read by the caller, on both sites.
 */
export async function promote(migration: Migration, way: Promotion, { reason, shown, now }: { reason: Unsettled; shown: Readings; now: Readings }): Promise<Promoted> {
  const { board } = migration;
  const notDone = (why: string) => `Not done (${way}): ${why}`;
  // A decision is about the roles as they were shown; the table is asked about others.
  if (now.source.role !== shown.source.role || now.target.role !== shown.target.role) return { outcomeKnown: false, problem: notDone('the roles are not as they were shown any more, so nothing was commanded.') };
  const [chosen, other] = way === 'promote-target' ? [now.target, now.source] : [now.source, now.target];
  const commanded = reason === 'both-primary' ? other : chosen;
  const beside = commanded === other ? chosen : other;
  // Tried once: no try of Temporal's may command the roles a second time.
  const run = migration.stepRun(step, 'cross');
  board.headline(reason === 'both-primary' ? `${other.site} gives the role up for ${chosen.site}` : `${chosen.site} takes the role`);
  try {
    const at = run.at(commanded.site);
    const result = await (reason === 'both-primary' ? at.giveUpRole({ other: beside }) : at.takeRole({ other: beside }));
    board.command({ site: commanded.site, ...result });
    return { outcomeKnown: result.exitCode !== null, problem: result.exitCode === 0 ? null : notDone(`${result.command} exited with ${result.exitCode ?? 'no status'}: ${result.output}`) };
  } catch (error) {
    const { code, message } = explain(error);
    return { outcomeKnown: notCommanded.has(code), problem: notDone(message) };
  }
}

/** After one site alone was read as Primary: the other one gets its data again. What cannot be begun is owed; nobody waits for it in the outage. */
export async function replicateAgain(migration: Migration, from: string, other: RoleReading): Promise<void> {
  const { board } = migration;
  try {
    const result = await migration.stepRun(step, 'look').at(from).ensureResync({ other });
    board.command({ site: from, ...result });
  } catch (error) {
    board.debt(`Replication from ${from} to ${other.site} was not begun again, so what is written now stands at ${from} only: ${explain(error).message} Begin it with the storage's own commands.`);
  }
}
