import { CancellationScope, ContinueAsNew } from '@temporalio/workflow';
import type { OwnershipRecord } from '../domain/ownership.js';
import type { Plan } from '../domain/plan.js';
import { rolesSwapped } from '../domain/proofs.js';
import { adviseOn, mayStillCross, outward, situationWithoutRoles, type RecoverRequest, type RecoveryWay } from '../domain/recovery.js';
import type { MigrationRequest } from '../domain/request.js';
import type { Situation } from '../domain/roles.js';
import type { Choice, Status } from '../domain/status.js';
import { arrive, arrived } from './arrive.js';
import { lookAtRemains } from './assess.js';
import { now } from './board.js';
import { failure } from './failures.js';
import { Migration } from './migration.js';
import { theWayBack } from './other-ways.js';
import { sealAnew } from './seal-anew.js';
import { settle } from './settle.js';
import { undoSteps } from './undo-steps.js';
import { undoAll } from './undo.js';

const step = { name: 'recover', title: 'Holding the unit for a run whose workflow is gone' };

type Held = Readonly<Record<string, Pick<OwnershipRecord, 'phase' | 'writer'>>>;

/**
 * Takes up a run whose workflow is gone, from what stands in the clusters, under the same run id and workflow id, in an epoch above all
 * of before. It changes nothing but the records until both roles are settled; then it undoes, goes forward or turns back, as a person chose.
 */
export async function recover(request: RecoverRequest): Promise<Status> {
  const { plan: found, assessment } = await lookAtRemains(request);
  if (found === null) throw failure('Refused', `Nothing was changed: ${assessment.reasons.join(' ')}`, [{ reasons: assessment.reasons }]);
  if (found.run !== request.run) throw failure('Refused', `Nothing was changed: the records name run ${found.run}, not ${request.run}.`);
  if (assessment.advice?.kind === 'open') chosen(request, assessment.advice.ways);

  const migration = new Migration(requestOf(request, found), found.procedure, { status: null, calls: 0, unrecorded: [] });
  await sealAnew(migration, found, step);
  migration.board.writer('unknown');
  return CancellationScope.nonCancellable(async () => {
    try {
      const held = await takeHold(migration);
      const situation = await settled(migration, held);
      const advice = adviseOn(found.procedure === 'turn-back' ? 'turn-back' : 'planned-migration', situation);
      if (advice.kind === 'held') throw failure('Bug', 'Settled roles need nobody.');
      return await go(migration, chosen(request, advice.ways), { situation, held });
    } catch (error) {
      if (!(error instanceof ContinueAsNew)) migration.board.headline('Not recovered; the records hold the unit for this run. Run changeover recover again.');
      throw error;
    }
  });
}

/** The way to go; throws when a person chose one that is not open. */
function chosen({ way, unit }: RecoverRequest, ways: readonly RecoveryWay[]): RecoveryWay {
  const [recommended] = ways;
  const taken = way === 'recommended' ? recommended : ways.find((one) => one === way);
  if (taken !== undefined) return taken;
  throw failure('Refused', `The way ${way} is not open for ${unit.name} as the roles are; open: ${ways.join(', ')}. Nothing of the application was changed.`);
}

/** The new epoch at every member. A site that does not answer is held, until it does or a person vouches that it is off. */
async function takeHold(migration: Migration): Promise<Held> {
  const { board, plan } = migration;
  const run = migration.stepRun(step, 'forward');
  const held: Record<string, Pick<OwnershipRecord, 'phase' | 'writer'>> = {};
  board.step(step.name, { title: step.title, state: 'running', startedAt: now() });
  for (const site of plan.members) {
    for (;;) {
      try {
        held[site] = await run.at(site).ensureRecovered();
        break;
      } catch (error) {
        if ((await migration.hold({ step: step.name, error, choices: choicesFor(plan, site) })) !== 'retry') break;
      }
    }
  }
  board.step(step.name, { state: 'done', endedAt: now(), note: `epoch ${plan.epoch}` });
  return held;
}

function choicesFor(plan: Plan, site: string): readonly { readonly choice: Choice; readonly effect: string }[] {
  const retry = { choice: 'retry' as const, effect: 'The site is asked again.' };
  const vouch = `You vouch that ${site} cannot write; the run goes on without it.`;
  if (plan.replication === null) return [retry];
  if (site === plan.source) return [retry, { choice: 'attest-source-off', effect: vouch }];
  if (site === plan.target) return [retry, { choice: 'attest-target-off', effect: vouch }];
  return [retry, { choice: 'skip', effect: 'Its record stays as it is, and becomes a debt.' }];
}

/** The roles when nothing can act on them any more and no person is needed, or one has decided. */
async function settled(migration: Migration, held: Held): Promise<Situation> {
  const { plan } = migration;
  if (plan.replication === null) {
    const target = held[plan.target];
    return situationWithoutRoles(plan, target === undefined ? null : { writer: target.writer });
  }
  const run = migration.stepRun({ name: 'swap-roles', title: 'Reading the roles on both sites' }, 'forward');
  const by = await settle(migration, run, { outcomeKnown: !mayStillCross(plan, held), drained: null });
  return by === null ? { source: 'primary', target: 'secondary' } : { source: 'secondary', target: 'primary' };
}

async function go(migration: Migration, way: RecoveryWay, { situation, held }: { situation: Situation; held: Held }): Promise<Status> {
  if (way === 'undo') return undone(migration, held);
  const { plan } = migration;
  const isTurning = plan.procedure === 'turn-back';
  const hasCrossed = situation.target === 'primary';
  if (way === 'turn-back' && isTurning && hasCrossed) return onward(migration, { mayTurn: false });
  if (isTurning) {
    await sealAnew(migration, outward(plan), step);
    migration.board.writer('unknown');
  }
  return way === 'turn-back' ? theWayBack(migration).take() : onward(migration, { mayTurn: true });
}

/** Everything that the run may have changed is given back, newest first; each undo is true even if its step never happened. */
async function undone(migration: Migration, held: Held): Promise<Status> {
  const { board, plan, recorder, request } = migration;
  board.line('before');
  await undoAll(migration, undoSteps, 'the workflow of this run is gone');
  for (const site of plan.members.filter((member) => held[member] === undefined)) {
    board.debt(`The record on ${site} was not reached and holds the unit in an older epoch: when it answers again, run changeover recover ${plan.unit.name}.`);
  }
  const headline = `Undone by recovery: ${request.unit.name} runs on ${plan.source}`;
  await recorder.close('undone', headline);
  board.phase('undone', headline);
  return board.read();
}

async function onward(migration: Migration, { mayTurn }: { mayTurn: boolean }): Promise<Status> {
  const { board, plan } = migration;
  board.line('after');
  const swapped = rolesSwapped(plan, now(), 'found');
  if (mayTurn) migration.offer(theWayBack(migration));
  await migration.forward((take) => arrive(migration, take, swapped));
  await arrived(migration);
  return board.read();
}

/** The request of the lost run as far as it goes on: its options are in the plan, who asks now is another. */
function requestOf({ unit, sites, reason, requestedBy, requestedAt }: RecoverRequest, plan: Plan): MigrationRequest {
  return { run: plan.run, unit, target: plan.target, expectedPrimary: null, sites, reason, requestedBy, requestedAt, options: plan.request.options };
}
