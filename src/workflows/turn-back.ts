import type { Plan } from '../domain/plan.js';
import type { MigrationRequest } from '../domain/request.js';
import type { Status } from '../domain/status.js';
import { arrive, arrived } from './arrive.js';
import { now } from './board.js';
import { cross } from './cross.js';
import type { RolesSwapped } from '../domain/proofs.js';
import type { Carried } from './carried.js';
import { Migration } from './migration.js';
import { theWayForward } from './other-ways.js';
import { failure } from './failures.js';
import { foundSwapped } from './found-roles.js';
import { lookBack } from './look-back.js';
import { confirmStanding } from './steps/confirm-standing.js';
import { drainReplication } from './steps/drain-replication.js';
import { freezeControllers } from './steps/freeze-controllers.js';
import { offlineSource } from './steps/offline-source.js';
import { reclaim } from './steps/reclaim.js';
import type { Take } from './take.js';

export interface TurnBackRequest {
  readonly request: MigrationRequest;
  /** Of the run that is turned back; its source is where the application returns to. */
  readonly plan: Plan;
  readonly carried: Carried;
}

/**
 * Bring the application home after the line, with every write. Not a new migration: nothing is captured and nothing staged, since what the
 * application was stands at the source. The same run goes on, under the same id and the same lock, in the next epoch.
 */
export async function turnBack({ request, plan, carried }: TurnBackRequest): Promise<Status> {
  const migration = new Migration(request, 'turn-back', carried);
  const { board } = migration;
  board.direction({ source: plan.target, target: plan.source });
  migration.offer(theWayForward(migration, plan));
  await migration.forward(async (take) => {
    const { isHome } = await migration.insist({ name: 'look-back', title: 'Looking whether the way back is open' }, () => lookBack(migration, plan));
    await take(reclaim);
    const { outage } = board.read();
    if (outage === null || outage.endedAt !== null) board.outage({ startedAt: now(), endedAt: null, budgetMs: migration.options.outageBudgetMs, deadline: null });

    board.stopping(migration.plan.source);
    // Schedules may live here by now; frozen while the application stops, since a person waits for service.
    const [offline] = await Promise.all([take(offlineSource), take(freezeControllers)]);
    board.stopped(migration.plan.source, offline.stopped);
    const prove = async () => {
      const [drained, confirmed] = await Promise.all([take(drainReplication, offline), take(confirmStanding)]);
      return { offline, drained, confirmed };
    };
    const back = { name: 'swap-roles', title: 'Swapping the replication roles back' };
    // Where somebody gave home the role already, that is read again; proofs of the other site would prove nothing about a Secondary.
    const swapped = await migration.insist(back, async () => (isHome ? foundHome(migration, take, back) : cross(migration, await prove(), prove)));

    // ── the line ───────────────────────────────────────────────────────

    migration.offer(null);
    await arrive(migration, take, swapped);
  });
  await arrived(migration);
  return board.read();
}

/** The plan of this way was made while home was Primary: a role that has gone back since needs another plan, by way of going forward. */
async function foundHome(migration: Migration, take: Take, step: { readonly name: string; readonly title: string }): Promise<RolesSwapped> {
  await take(confirmStanding);
  const swapped = await foundSwapped(migration, step);
  if (swapped === null) throw failure('RoleChanged', `${migration.plan.target} is not Primary any more, and ${migration.plan.source} is: go forward, and turn back from there.`);
  return swapped;
}
