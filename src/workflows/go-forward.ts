import type { RolesSwapped } from '../domain/proofs.js';
import type { Status } from '../domain/status.js';
import { arrive, arrived } from './arrive.js';
import { failure } from './failures.js';
import { foundSwapped } from './found-roles.js';
import { Migration } from './migration.js';
import { theWayBack } from './other-ways.js';
import { sealAnew } from './seal-anew.js';
import { reclaim } from './steps/reclaim.js';
import type { TurnBackRequest } from './turn-back.js';

const step = { name: 'look-forward', title: 'Looking whether the target is still Primary' };

/** A way back that was given up before its line: the same run, a planned migration after the line again. */
export async function goForward({ request, plan, carried }: TurnBackRequest): Promise<Status> {
  const migration = new Migration(request, 'planned-migration', carried);
  migration.board.line('after');
  await migration.forward(async (take) => {
    await migration.insist(step, () => sealAnew(migration, plan, step));
    migration.offer(theWayBack(migration));
    // First in its own epoch: what a person decides about the roles has to be commanded.
    await take(reclaim);
    const swapped = await migration.insist(step, () => lookForward(migration));
    await arrive(migration, take, swapped);
  });
  await arrived(migration);
  return migration.board.read();
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
