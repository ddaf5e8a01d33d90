import type { SnapshotRef } from '../domain/plan.js';
import type { RolesSwapped } from '../domain/proofs.js';
import type { Status } from '../domain/status.js';
import { arrive, arrived } from './arrive.js';
import { failure } from './failures.js';
import { foundSwapped } from './found-roles.js';
import { Migration } from './migration.js';
import { theWayBack } from './other-ways.js';
import { sealAnew } from './seal-anew.js';
import { confirmSnapshot } from './steps/confirm-snapshot.js';
import { offlineSource } from './steps/offline-source.js';
import { reclaim } from './steps/reclaim.js';
import type { Take } from './take.js';
import type { TurnBackRequest } from './turn-back.js';

const step = { name: 'look-forward', title: 'Looking whether the target is still Primary' };

export interface GoForwardRequest extends TurnBackRequest {
  /** The run comes from an undo that was given up: what stands at the target, and whether that was approved. Absent: it comes from a way back. */
  readonly undone?: { readonly snapshot: SnapshotRef; readonly isApproved: boolean };
}

/** A way back that was given up before its line, or an undo that must not start the source: the same run, a planned migration after the line. */
export async function goForward({ request, plan, carried, undone }: GoForwardRequest): Promise<Status> {
  const migration = new Migration(request, 'planned-migration', carried);
  migration.board.direction(plan);
  migration.board.line('after');
  await migration.forward(async (take) => {
    await migration.insist(step, () => sealAnew(migration, plan, step));
    migration.offer(theWayBack(migration));
    // First in its own epoch: what a person decides about the roles has to be commanded.
    await take(reclaim);
    if (undone !== undefined) await stoppedAgain(migration, take, undone);
    const swapped = await migration.insist(step, () => lookForward(migration));
    await arrive(migration, take, swapped);
  });
  await arrived(migration);
  return migration.board.read();
}

/** The undo may have begun to start the source; and what changed since the snapshot goes along, unless somebody approved something else. */
async function stoppedAgain(migration: Migration, take: Take, { snapshot, isApproved }: NonNullable<GoForwardRequest['undone']>): Promise<void> {
  const { board, plan } = migration;
  const offline = await take(offlineSource);
  board.stopped(plan.source, offline.stopped);
  await take({ ...confirmSnapshot, do: async (run, of) => {
    const confirmed = await confirmSnapshot.do(run, of);
    if (isApproved && confirmed.snapshot.digest !== snapshot.digest) throw failure('Rejected', `The application changed after it was approved: ${snapshot.digest.slice(0, 12)} was approved, ${confirmed.snapshot.digest.slice(0, 12)} would be started.`);
    return confirmed;
  } }, snapshot);
}

/** While a person is asked about the roles nothing else is offered: the way back needs them settled too. */
async function lookForward(migration: Migration): Promise<RolesSwapped> {
  const { plan } = migration;
  const wayBack = theWayBack(migration);
  migration.offer(null);
  const swapped = await foundSwapped(migration, step).finally(() => migration.offer(wayBack));
  if (swapped !== null) return swapped;
  if (migration.attestations.has('promote-source')) return wayBack.take();
  throw failure('RoleChanged', `${plan.target} is not Primary any more, and ${plan.source} is Primary: ${plan.unit.name} can be started there.`);
}
