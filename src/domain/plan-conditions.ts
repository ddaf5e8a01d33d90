import type { DecisionAnswer } from './annotations.js';
import { howToConfirm, type PlanAnswer } from './plan-change.js';
import { screenOf } from './screen.js';
import type { Status } from './status.js';
import type { Condition, WatchedPlan } from './watched-plan.js';

/** Every type of condition that is ours. `Ready` always stands; the others only while they are true, and `Decision` after one was taken. */
export const conditionTypes = ['Ready', 'InProgress', 'Held', 'NeedsConfirmation', 'NeedsAdoption', 'Refused', 'Decision'] as const;
export type ConditionType = (typeof conditionTypes)[number];

/** What is known of a plan at one site, to be shown. */
export interface PlanView {
  readonly plan: Pick<WatchedPlan, 'unit' | 'generation' | 'specPrimary' | 'statusPrimary'>;
  /** The site that may write, from this site's ownership record. */
  readonly writer: string | null;
  /** What the open run says of itself. */
  readonly run: Status | null;
  /** An open run that has not said anything yet. */
  readonly opening: string | null;
  /** The run that was followed last and has ended. */
  readonly ended: Status | null;
  /** What was answered to the plan as it stands, while no run is open. */
  readonly answer: PlanAnswer;
  /** Why an adoption did not come about; empty: it is under way or was not tried. */
  readonly disagreements: readonly string[];
  readonly decision: DecisionAnswer | null;
}

interface Shown {
  readonly type: ConditionType;
  readonly status: 'True' | 'False';
  readonly reason: string;
  readonly message: string;
}

/** The API server allows 32768 characters; a person reads less. */
const LONGEST_MESSAGE = 2_000;

/** The conditions of a plan. Those whose status is as before keep the time of their last change. `at` is RFC 3339. */
export function conditionsOf(view: PlanView, previous: readonly Condition[], at: string): readonly Condition[] {
  const shown = [...standing(view), ...decided(view.decision)];
  return shown.map(({ type, status, reason, message }) => {
    const before = previous.find((one) => one.type === type);
    return { type, status, reason, message: message.slice(0, LONGEST_MESSAGE), observedGeneration: view.plan.generation, lastTransitionTime: before?.status === status && before.lastTransitionTime !== '' ? before.lastTransitionTime : at };
  });
}

/** Whether a reader would see a difference. Conditions of others are not ours to compare. */
export function sameConditions(a: readonly Condition[], b: readonly Condition[]): boolean {
  const text = (all: readonly Condition[]): string =>
    conditionTypes.flatMap((type) => all.filter((one) => one.type === type)).map(({ type, status, reason, message, observedGeneration }) => JSON.stringify([type, status, reason, message, observedGeneration])).join();
  return text(a) === text(b);
}

function standing(view: PlanView): readonly Shown[] {
  if (view.run !== null) return ofRun(view.run);
  if (view.opening !== null) return [ready('InProgress', `Run ${view.opening} is at work.`), { type: 'InProgress', status: 'True', reason: 'Preparing', message: `Run ${view.opening} is at work.` }];
  return atRest(view);
}

const ready = (reason: string, message: string): Shown => ({ type: 'Ready', status: reason === 'InStep' ? 'True' : 'False', reason, message });

function ofRun(run: Status): readonly Shown[] {
  const screen = screenOf(run, lastMomentOf(run), false);
  const message = [screen.title, screen.service, screen.line, screen.next].filter((line) => line !== '').join('\n');
  const waits = run.held !== null || run.waiting !== null;
  return [
    ready(waits ? 'Held' : 'InProgress', screen.title),
    { type: 'InProgress', status: 'True', reason: camel(run.phase), message },
    ...(waits ? [{ type: 'Held', status: 'True', reason: run.held === null ? 'Waiting' : 'Held', message: [screen.next, ...screen.choices].join('\n') } as const] : []),
  ];
}

/** When the run last said something new. Read at that moment, its sentences change only when something happens. */
export function lastMomentOf(run: Status): number {
  return Math.max(...[run.startedAt, run.endedAt, ...run.steps.flatMap((step) => [step.startedAt, step.endedAt])].flatMap((at) => (at === null ? [] : [Date.parse(at)])));
}

function atRest({ plan, writer, ended, answer, disagreements }: PlanView): readonly Shown[] {
  const { name } = plan.unit;
  const last = ended === null ? '' : ` Last run ${ended.run}: ${ended.headline}${ended.debts.length === 0 ? '' : `; owed: ${ended.debts.join(' ')}`}.`;
  if (answer.kind === 'needs-adoption') {
    const message = disagreements.length === 0 ? `${name} is not under management yet; it is adopted where plan, roles and the running application agree.` : `${name} was not adopted: ${disagreements.join(' ')}`;
    return [ready('NeedsAdoption', message), { type: 'NeedsAdoption', status: 'True', reason: disagreements.length === 0 ? 'NotAdopted' : 'Disagreement', message }];
  }
  if (answer.kind !== 'refuse' && answer.kind !== 'needs-confirmation') {
    return [ready('InStep', `${name} runs on ${plan.statusPrimary ?? 'no site'}. A change of spec.primaryCluster on ${writer ?? 'the primary'} starts a migration.${last}`)];
  }
  const refusal = answer.kind === 'refuse' ? answer.reason : ended?.phase === 'refused' ? `Run ${ended.run} was refused: ${ended.refusals.length === 0 ? ended.headline : ended.refusals.join(' ')}` : null;
  const why = answer.kind === 'needs-confirmation' ? `${answer.reason}${refusal === null ? last : ''}` : 'The change was refused.';
  const message = `spec.primaryCluster is ${plan.specPrimary}, status.primaryCluster is ${plan.statusPrimary ?? 'empty'}, and no migration is under way. ${why} ${howToConfirm(plan, writer)}`;
  return [
    ready(refusal === null ? 'NeedsConfirmation' : 'Refused', refusal ?? message),
    { type: 'NeedsConfirmation', status: 'True', reason: refusal === null ? 'NotSeenToBeAsked' : 'Refused', message },
    ...(refusal === null ? [] : [{ type: 'Refused', status: 'True', reason: answer.kind === 'refuse' ? 'NotFollowed' : 'ChecksFailed', message: refusal } as const]),
  ];
}

function decided(decision: DecisionAnswer | null): readonly Shown[] {
  if (decision === null) return [];
  const accepted = decision.outcome === 'accepted';
  return [{ type: 'Decision', status: accepted ? 'True' : 'False', reason: accepted ? 'Accepted' : 'Rejected', message: `${decision.decision} by ${decision.by} (${decision.verified ? 'verified' : 'unverified'}) at ${decision.at}: ${decision.message}` }];
}

/** `completed-with-debts` → `CompletedWithDebts`. */
export function camel(text: string): string {
  return text.split('-').map((part) => `${part.slice(0, 1).toUpperCase()}${part.slice(1)}`).join('');
}
