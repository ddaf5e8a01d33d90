import { consequenceOf } from './consequence.js';
import type { DecisionKind, Status } from './status.js';
import { typedFor } from './vouched.js';

/** A decision that a run would take now. */
export interface PossibleDecision {
  readonly kind: DecisionKind;
  /** The step it is about; null: the run as a whole. */
  readonly step: string | null;
  readonly effect: string;
  /** How long the application is away from the decision on because of it, milliseconds; 0: not at all; null: nobody can say, or it changes nothing. */
  readonly outageMs: number | null;
  /** What is lost of its writes. */
  readonly loses: string;
  /** Whose it must be; null: anybody's who may decide. */
  readonly by: readonly string[] | null;
  /** What has to be typed word by word; null: nothing. */
  readonly statement: string | null;
  /** What an approval is for; null: it is none. */
  readonly digest: string | null;
}

/** What can be decided now, in the way `whyNot` judges it. Empty once the run is over. */
export function possibleDecisions(status: Status, nowMs: number): readonly PossibleDecision[] {
  if (status.endedAt !== null) return [];
  const plain = { step: null, by: null, statement: null, digest: null, outageMs: null, loses: 'nothing' };
  const held = (status.held?.choices ?? []).map(({ choice, effect }): PossibleDecision => ({ kind: choice, step: status.held?.step ?? null, effect, ...consequenceOf(choice, status, nowMs), by: null, statement: typedFor(choice, status)?.statement ?? null, digest: null }));
  const waiting = (status.waiting?.choices ?? []).map(({ choice, effect }): PossibleDecision => ({
    ...plain,
    ...consequenceOf(choice, status, nowMs),
    kind: choice,
    effect,
    by: choice === 'approve' || choice === 'reject' ? (status.waiting?.by ?? null) : null,
    digest: choice === 'approve' ? (status.waiting?.digest ?? null) : null,
  }));
  const { otherWay } = status;
  const other: readonly PossibleDecision[] = otherWay === null ? [] : [{ ...plain, ...consequenceOf(otherWay.choice, status, nowMs), kind: otherWay.choice, effect: otherWay.effect }];
  const shown = [...held, ...waiting, ...other.filter(({ kind }) => !held.some((one) => one.kind === kind))];
  const mayPause = status.outage === null && status.phase !== 'undoing' && status.phase !== 'paused';
  const always: readonly PossibleDecision[] = [
    ...(mayPause ? [{ ...plain, kind: 'pause' as const, effect: 'The run stops between two steps, before the outage.' }] : []),
    { ...plain, ...(status.line === 'before' ? consequenceOf('cancel', status, nowMs) : {}), kind: 'cancel', effect: status.line === 'before' ? 'Everything is undone.' : 'It is recorded; after the line a run is only carried on.' },
    { ...plain, kind: 'ack', effect: 'Everybody sees that you have taken the incident.' },
  ];
  return [...shown, ...always.filter(({ kind }) => !shown.some((one) => one.kind === kind))];
}
