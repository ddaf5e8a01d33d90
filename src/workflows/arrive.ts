import { measuredOf } from '../domain/prediction.js';
import type { RolesSwapped } from '../domain/proofs.js';
import { payLater } from './debts.js';
import type { Migration } from './migration.js';
import type { Take } from './take.js';
import { activateTarget } from './steps/activate-target.js';
import { finish } from './steps/finish.js';
import { namesEverywhere } from './steps/names-everywhere.js';
import { redirectTraffic } from './steps/redirect-traffic.js';
import { releaseSource } from './steps/release-source.js';
import { restoreTtl } from './steps/restore-ttl.js';
import { reverseNames } from './steps/reverse-names.js';
import { thawTarget } from './steps/thaw-target.js';
import { verifyProtection } from './steps/verify-protection.js';
import { verifyService } from './steps/verify-service.js';

/** After the line, in whatever direction: the application serves at the target, and every site says so. */
export async function arrive(migration: Migration, take: Take, swapped: RolesSwapped): Promise<void> {
  const { board } = migration;
  const started = await take(activateTarget, swapped);
  board.serving(migration.plan.target, started);
  await take(redirectTraffic);
  board.outageEnded();
  // A step that a person skipped has no answers.
  const everywhere = take(namesEverywhere).then((answers: readonly string[] | undefined) => board.names(answers ?? []));
  await Promise.all([everywhere, take(reverseNames), take(verifyService), take(verifyProtection)]);
  await Promise.all([take(thawTarget), take(restoreTtl)]);
  await take(releaseSource);
  // From here on the records say that the run is over, site by site: there is nothing left to turn back.
  migration.offer(null);
  await payLater(migration, await take(finish, migration.plan.procedure === 'planned-migration' ? measuredOf(board.read()) : null));
}

/** The last sentence of a run that moved the application. Recorded first, then shown: a run that is over says nothing more. */
export async function arrived({ board, recorder, request, plan }: Migration): Promise<void> {
  const outcome = () => (board.read().debts.length === 0 ? 'completed' : 'completed-with-debts');
  const headline = `${request.unit.name} runs on ${plan.target}`;
  await recorder.close(outcome(), headline);
  board.phase(outcome(), headline);
}
