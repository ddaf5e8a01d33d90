import type { PlanObject } from './observation.js';

/** Who wrote `spec.primaryCluster` last, as the API server recorded it in `metadata.managedFields`. */
export interface Writer {
  /** The field manager: `kubectl-patch`, `argocd-controller`, … */
  readonly manager: string;
  /** How it was written: a server-side apply (of a whole manifest), or anything else. */
  readonly operation: 'Apply' | 'Update';
  /** When, by the API server's clock, RFC 3339; absent where it does not say. */
  readonly at?: string;
}

/** One entry of `status.conditions`, as Kubernetes has them (metav1.Condition). */
export interface Condition {
  readonly type: string;
  readonly status: 'True' | 'False';
  readonly reason: string;
  readonly message: string;
  readonly observedGeneration: number;
  /** RFC 3339; when `status` last changed. */
  readonly lastTransitionTime: string;
}

/** A decision that stands on a plan as an annotation, not yet taken. */
export interface PendingDecision {
  readonly text: string;
  /** When and by which field manager it was written; with the text and the object's uid it tells one decision from the next. */
  readonly written: string;
}

/** A DR plan as the controller sees it: what decides, and what answers. */
export interface WatchedPlan extends PlanObject {
  readonly unit: { readonly namespace: string; readonly name: string };
  readonly resourceVersion: string;
  /** Null: the API server did not record who owns `spec.primaryCluster`. */
  readonly writer: Writer | null;
  /** Name given by whoever changed `spec.primaryCluster`; null: none given. */
  readonly requestedBy: string | null;
  /** The change that was answered last: see `answerMark`. */
  readonly answered: string | null;
  readonly decision: PendingDecision | null;
  /** What became of the last decision, as the annotation says it. */
  readonly decisionAnswer: string | null;
  readonly conditions: readonly Condition[];
}

/** An event in the words of Kubernetes, about one plan. */
export interface PlanEvent {
  readonly type: 'Normal' | 'Warning';
  /** CamelCase, for machines. */
  readonly reason: string;
  /** One sentence. */
  readonly message: string;
}

/** Names one change of one object, for the annotation that keeps it from being answered twice. */
export function answerMark(plan: Pick<WatchedPlan, 'uid' | 'generation'>): string {
  return `${plan.uid}/${plan.generation}`;
}

/** Whether this generation of the plan was answered already, by any controller at any time. */
export function isAnswered(plan: Pick<WatchedPlan, 'uid' | 'generation' | 'answered'>): boolean {
  return plan.answered !== null && plan.answered.split(' ')[0] === answerMark(plan);
}
