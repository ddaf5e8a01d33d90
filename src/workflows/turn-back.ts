import type { Plan } from '../domain/plan.js';
import type { MigrationRequest } from '../domain/request.js';
import type { Status } from '../domain/status.js';
import { arrive, arrived } from './arrive.js';
import { now } from './board.js';
import { cross } from './cross.js';
import type { Carried } from './carried.js';
import { Migration } from './migration.js';
import { theWayForward } from './other-ways.js';
import { lookBack } from './look-back.js';
import { confirmStanding } from './steps/confirm-standing.js';
import { drainReplication } from './steps/drain-replication.js';
import { freezeControllers } from './steps/freeze-controllers.js';
import { offlineSource } from './steps/offline-source.js';
import { reclaim } from './steps/reclaim.js';

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
  migration.offer(theWayForward(migration, plan));
  await migration.forward(async (take) => {
    await migration.insist({ name: 'look-back', title: 'Looking whether the way back is open' }, () => lookBack(migration, plan));
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
    const swapped = await migration.insist({ name: 'swap-roles', title: 'Swapping the replication roles back' }, async () => cross(migration, await prove(), prove));

    // ── the line ───────────────────────────────────────────────────────

    migration.offer(null);
    await arrive(migration, take, swapped);
  });
  await arrived(migration);
  return board.read();
}
