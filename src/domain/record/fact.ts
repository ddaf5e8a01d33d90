import type { Plan } from '../plan.js';
import type { MigrationRequest, Procedure } from '../request.js';
import type { DecisionRecord, Phase, SiteStatus, Status, StepStatus } from '../status.js';

/** What an entry of the record says. Plain data without secrets; times are ISO 8601 UTC. */
export type Fact =
  | { readonly kind: 'request'; readonly procedure: Procedure; readonly request: MigrationRequest }
  /** The run went on as another procedure, under the same id. */
  | { readonly kind: 'continued'; readonly procedure: Procedure }
  | { readonly kind: 'plan'; readonly digest: string; readonly plan: Plan }
  | { readonly kind: 'refusal'; readonly reasons: readonly string[] }
  | { readonly kind: 'waiting'; readonly for: string; readonly until: string | null; readonly by: readonly string[] | null }
  | ({ readonly kind: 'decision'; readonly decision: DecisionRecord })
  | RejectedFact
  /** By Temporal itself, without a decision of ours: nobody is named. */
  | { readonly kind: 'cancel-requested' }
  | ({ readonly kind: 'step' } & Pick<StepStatus, 'name' | 'title' | 'state' | 'attempt' | 'startedAt' | 'endedAt' | 'note'>)
  | ({ readonly kind: 'seen' } & SiteStatus)
  | ({ readonly kind: 'command' } & NonNullable<Status['lastCommand']>)
  | { readonly kind: 'held'; readonly step: string; readonly code: string; readonly error: string; readonly choices: readonly string[] }
  | { readonly kind: 'released'; readonly step: string }
  | { readonly kind: 'line'; readonly line: Status['line'] }
  | { readonly kind: 'outage-begun'; readonly startedAt: string; readonly budgetMs: number; readonly predictedMs?: number }
  | { readonly kind: 'outage-ended'; readonly endedAt: string; readonly seconds: number }
  | { readonly kind: 'debt'; readonly sentence: string }
  | Outcome
  /** The history that Temporal kept, exported beside the record; `digest` is the SHA-256 of the file. */
  | { readonly kind: 'history-exported'; readonly name: string; readonly digest: string; readonly events: number; readonly temporalRun: string };

/** A decision that was sent and could not be taken. What is optional is not in records of earlier versions, and a signal may have no reason. */
export interface RejectedFact {
  readonly kind: 'rejected-decision';
  readonly decision: string;
  readonly by: string;
  readonly why: string;
  readonly verified?: boolean;
  readonly via?: DecisionRecord['via'];
  readonly step?: string | null;
  readonly reason?: string;
}

/** How the run closed; the record of a run without it is open. */
export interface Outcome {
  readonly kind: 'outcome';
  /** `terminated`, `timed-out` or `failed`: Temporal closed the run, it did not close itself. */
  readonly outcome: Phase | 'terminated' | 'timed-out' | 'failed';
  readonly headline: string;
  readonly source: string | null;
  readonly target: string;
  /** The site that can write now; null: none; `unknown`: nobody can say. */
  readonly writer: string | null;
  readonly debts: readonly string[];
}

export type FactKind = Fact['kind'];

/** One fact of one run. `id` is unique in the run and the same when the same call is repeated: it makes writing idempotent. */
export interface Entry {
  readonly id: string;
  readonly run: string;
  readonly unit: string;
  /** When it happened, by the run's clock. */
  readonly at: string;
  readonly fact: Fact;
}

/** Milliseconds between two moments, as seconds with three places. */
export function secondsBetween(from: string, to: string): number {
  return Math.round(Date.parse(to) - Date.parse(from)) / 1000;
}
