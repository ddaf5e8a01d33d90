import type { OpenRun, PlanAnswer } from '../domain/plan-change.js';
import type { WatchedPlan } from '../domain/watched-plan.js';

interface Kept {
  readonly mark: string;
  readonly answer: PlanAnswer;
}

/**
 * Why a change was refused or needs confirmation is said when it is seen, and stands for as long as the plan stands as it is:
 * later looks know only that nobody is changing anything.
 */
export class Standing {
  private readonly kept = new Map<string, Kept>();

  /** The answer to show: the one that was given to the change itself, while that is still the matter. */
  keep(key: string, plan: WatchedPlan, { answer, isNew, run }: { answer: PlanAnswer; isNew: boolean; run: OpenRun | null }): PlanAnswer {
    const mark = `${plan.uid}/${plan.generation}/${plan.specPrimary}/${plan.statusPrimary}`;
    const telling = answer.kind === 'refuse' || answer.kind === 'needs-confirmation';
    if (run !== null || !telling) {
      this.kept.delete(key);
      return answer;
    }
    const known = this.kept.get(key) ?? this.shown(plan);
    if (isNew || known?.mark !== mark) {
      const first = !isNew && this.kept.get(key) === undefined ? this.shown(plan) : null;
      this.kept.set(key, { mark, answer: first?.answer ?? answer });
    }
    return this.kept.get(key)?.answer ?? answer;
  }

  forget(key: string): void {
    this.kept.delete(key);
  }

  /** What an earlier controller left on the plan about this very generation. */
  private shown(plan: WatchedPlan): Kept | null {
    const refused = plan.conditions.find((one) => one.type === 'Refused' && one.status === 'True' && one.observedGeneration === plan.generation);
    return refused === undefined ? null : { mark: '', answer: { kind: 'refuse', reason: refused.message } };
  }
}
