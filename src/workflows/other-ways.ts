import { makeContinueAsNewFunc } from '@temporalio/workflow';
import type { goForward } from './go-forward.js';
import type { SnapshotRef } from '../domain/plan.js';
import type { OtherWay } from '../domain/status.js';
import type { Migration } from './migration.js';
import type { turnBack } from './turn-back.js';

export interface AnotherWay {
  readonly choice: OtherWay;
  readonly effect: string;
  /** What of the application's writes is lost by it; absent: nothing. */
  readonly loses?: string;
  /** Also while no step is held: a step that waits for what will never be must not be waited for. */
  readonly anytime: boolean;
  /** Goes on as the other procedure; never returns. */
  readonly take: () => Promise<never>;
}

/** A run leaves its way by going on as another procedure, under the same workflow id: the lock is never free in between. */
const continueAsTurnBack = makeContinueAsNewFunc<typeof turnBack>({ workflowType: 'turnBack' });
const continueForward = makeContinueAsNewFunc<typeof goForward>({ workflowType: 'goForward' });

/** Offered while a run is held after the line. */
export function theWayBack(migration: Migration): AnotherWay {
  const { request, plan } = migration;
  return {
    choice: 'turn-back',
    anytime: true,
    effect: `${request.unit.name} is stopped on ${plan.target} and started on ${plan.source} again.`,
    take: () => continueAsTurnBack({ request, plan, carried: migration.carried() }),
  };
}

/**
 * Offered while an undo is held that must not start the source, since the target alone is Primary and somebody else made it so (law: every
 * state after preflight can be taken to the other site by a person). `snapshot`: what stands at the target by then.
 */
export function theWayOn(migration: Migration, snapshot: () => SnapshotRef): AnotherWay {
  const { request, plan } = migration;
  const { source, target } = plan;
  return {
    choice: 'go-forward',
    anytime: false,
    effect: `The undo is given up: ${request.unit.name} is kept stopped on ${source} and started on ${target}, which is Primary.`,
    loses: `nothing if they were swapped by vradmin migrate, which is refused while ${target} is behind; what only ${source} had if ${target} took over (this run has no proof that ${target} had every write of ${source})`,
    take: () => continueForward({ request, plan: { ...plan, epoch: plan.epoch + 1 }, carried: migration.carried(), undone: { snapshot: snapshot(), isApproved: request.options.approval !== null } }),
  };
}

/** Offered while a way back is held before its line. The epochs between belong to that way back. */
export function theWayForward(migration: Migration, plan: Migration['plan']): AnotherWay {
  const { request } = migration;
  return {
    choice: 'go-forward',
    // Not while the roles are being swapped back: what became of them is settled first, and held if it cannot be.
    anytime: false,
    effect: `The way back is given up: ${request.unit.name} is started on ${plan.target} again.`,
    take: () => continueForward({ request, plan: { ...plan, epoch: plan.epoch + 2 }, carried: migration.carried() }),
  };
}
