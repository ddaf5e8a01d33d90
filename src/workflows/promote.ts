import { sleep } from '@temporalio/workflow';
import type { RoleReading } from '../activities/inspection.js';
import type { Drained } from '../domain/proofs.js';
import { effectOf, isUnsettled, lossOf, type Choosing, type GroupReport, type Promotion, type Unsettled } from '../domain/promotion.js';
import type { HeldReason } from '../domain/roles.js';
import type { HeldChoice } from '../domain/status.js';
import type { Unswapped } from '../domain/unswapped.js';
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
  const choosing: Choosing = { reason, unit: plan.unit.name, unswapped: unswappedOf(migration), source: plan.source, target: plan.target, drainedAt: drained?.at ?? null, reports: { source, target }, secondaryAt: Object.fromEntries(board.secondaryAt) };
  return (['promote-source', 'promote-target'] as const).map((choice) => ({ choice, effect: effectOf(choice, choosing), loses: lossOf(choice, choosing) }));
}

/** What the run does when it finds the source as the only Primary. */
export function unswappedOf({ board }: Migration): Unswapped {
  const { procedure, line } = board.read();
  return procedure === 'turn-back' ? 'stays' : line === 'after' ? 'turns-back' : 'undoes';
}

/** What a site says of its volume group and of what could write there; null: it could not be asked. */
export async function reported(migration: Migration, site: string): Promise<GroupReport | null> {
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

/** How often replication is begun, and the pause between two tries: a command that stopped half way is at work on the other site until that has heard of the new Primary. */
const TRIES = 5;
const BETWEEN_TRIES_MS = 1_000;

/** After one site alone was read as Primary: the other one gets its data again. What cannot be begun is owed; the outage waits for it a few seconds at most. */
export async function replicateAgain(migration: Migration, from: string, seen: RoleReading): Promise<void> {
  const { board } = migration;
  const at = (site: string) => migration.stepRun(step, 'look').at(site);
  for (let other = seen, tries = 1; ; tries += 1) {
    try {
      if (tries > 1) other = await at(other.site).observeRole();
      const result = await at(from).ensureResync({ other });
      board.command({ site: from, ...result });
      return;
    } catch (error) {
      const { code, message } = explain(error);
      if (code !== 'OutcomeUnknown' || tries >= TRIES) {
        board.debt(`Replication from ${from} to ${other.site} was not begun again, so what is written now stands at ${from} only: ${message} Begin it with the storage's own commands.`);
        return;
      }
    }
    await sleep(BETWEEN_TRIES_MS, { summary: `until nothing is at work on ${other.site}` });
  }
}
