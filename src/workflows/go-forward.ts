import type { Status } from '../domain/status.js';
import { arrive, arrived } from './arrive.js';
import { Migration } from './migration.js';
import { theWayBack } from './other-ways.js';
import { lookForward } from './preflight.js';
import { reclaim } from './steps/reclaim.js';
import type { TurnBackRequest } from './turn-back.js';

/** A way back that was given up before its line: the same run, a planned migration after the line again. */
export async function goForward({ request, plan, carried }: TurnBackRequest): Promise<Status> {
  const migration = new Migration(request, 'planned-migration', carried);
  migration.board.line('after');
  await migration.forward(async (take) => {
    const swapped = await migration.insist({ name: 'look-forward', title: 'Looking whether the target is still Primary' }, () => lookForward(migration, plan));
    migration.offer(theWayBack(migration));
    await take(reclaim);
    await arrive(migration, take, swapped);
  });
  await arrived(migration);
  return migration.board.read();
}
