import { CancellationScope, ContinueAsNew, isCancellation } from '@temporalio/workflow';
import type { MigrationRequest } from '../domain/request.js';
import type { Status } from '../domain/status.js';
import { approval, assertApproved } from './approval.js';
import { arrive, arrived } from './arrive.js';
import { cross } from './cross.js';
import { explain } from './failures.js';
import { Migration } from './migration.js';
import { theWayBack, theWayOn } from './other-ways.js';
import { preflight, recheck } from './preflight.js';
import { sideBySide } from './side-by-side.js';
import { captureApplication } from './steps/capture-application.js';
import { claim } from './steps/claim.js';
import { confirmSnapshot } from './steps/confirm-snapshot.js';
import { copySnapshot } from './steps/copy-snapshot.js';
import { drainReplication } from './steps/drain-replication.js';
import { freezeControllers } from './steps/freeze-controllers.js';
import { lowerTtl } from './steps/lower-ttl.js';
import { offlineSource } from './steps/offline-source.js';
import { protectVolumes } from './steps/protect-volumes.js';
import { refreshSnapshot } from './steps/refresh-snapshot.js';
import { stageTarget } from './steps/stage-target.js';

/** Move an application while both sites are up. Nothing is lost; little time is. */
export async function plannedMigration(request: MigrationRequest): Promise<Status> {
  const migration = new Migration(request);
  const { board } = migration;
  try {
    await preflight(migration);
    await migration.recorder.require('anything is changed');

    const swapped = await migration.reversibly(async (take) => {
      await take(claim);
      await take(protectVolumes);
      await take(lowerTtl);
      const captured = await take(captureApplication);
      await take(copySnapshot, captured);
      await take(stageTarget, captured);
      await approval(migration, captured);
      await recheck(migration);
      await take(freezeControllers);
      let snapshot = await take(refreshSnapshot, captured);
      await migration.recorder.require('the outage');
      await approval(migration, snapshot);
      await migration.lastRest(async () => {
        await approval(migration, snapshot);
        await recheck(migration);
      });

      migration.offer(theWayOn(migration, () => snapshot));
      return migration.withinBudget(migration.options.outageBudgetMs, async () => {
        board.stopping(migration.plan.source);
        const offline = await take(offlineSource);
        board.stopped(migration.plan.source, offline.stopped);
        const prove = async () => {
          const [drained, confirmed] = await sideBySide(() => take(drainReplication, offline), () => take(confirmSnapshot, snapshot));
          ({ snapshot } = confirmed);
          assertApproved(migration, snapshot);
          return { offline, drained, confirmed: confirmed.proof };
        };
        return cross(migration, await prove(), prove);
      });
    });

    // ── the line ───────────────────────────────────────────────────────

    await migration.forward(async (take) => {
      migration.offer(theWayBack(migration));
      await arrive(migration, take, swapped);
    });
    await arrived(migration);
    return board.read();
  } catch (error) {
    if (error instanceof ContinueAsNew) throw error;
    return ended(migration, error);
  }
}

/** A run that did not move the application closes as refused, or as undone with the cause. */
async function ended(migration: Migration, error: unknown): Promise<never> {
  const { board, recorder } = migration;
  const refused = !board.read().steps.some((s) => s.name === 'claim');
  const { message } = explain(error);
  await CancellationScope.nonCancellable(async () => {
    const outcome = refused ? 'refused' : 'undone';
    const headline = refused ? (isCancellation(error) ? 'Cancelled; nothing was changed' : message) : isCancellation(error) ? 'Cancelled; everything is as it was' : `Undone: ${message}`;
    board.writer(board.read().source ?? 'unknown');
    await recorder.close(outcome, headline);
    board.phase(outcome, headline);
  });
  throw error;
}
