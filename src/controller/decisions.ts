import { createHash } from 'node:crypto';
import { formatAnswerAnnotation, parseDecisionAnnotation, type AnnotatedDecision, type DecisionAnswer } from '../domain/annotations.js';
import { readDecision } from '../domain/decisions.js';
import { ChangeoverError } from '../domain/errors.js';
import { mark } from '../domain/names.js';
import { isSiteVerb, kindAt } from '../domain/site-decision.js';
import type { WatchedPlan } from '../domain/watched-plan.js';
import type { PlanSite } from '../ports/plan-site.js';
import type { Log } from './log.js';
import type { Verbs } from './verbs.js';

/** Answers kept in case the annotation could not be replaced in one go. */
const KEPT = 1_000;

/** Takes a decision that stands on a plan as an annotation: sends it once, answers it, and puts the answer in its place. */
export class DecisionTaker {
  private readonly answers = new Map<string, DecisionAnswer>();

  constructor(
    private readonly verbs: Pick<Verbs, 'decide' | 'status'>,
    private readonly log: Log,
  ) {}

  /** Throws when Temporal or the site does not answer, or the plan changed meanwhile; then it is done again, with the same id. */
  async take(site: PlanSite, plan: WatchedPlan): Promise<void> {
    if (plan.decision === null) return;
    const parsed = parseDecisionAnnotation(plan.decision.text);
    const id = ('decision' in parsed ? parsed.decision.id : null) ?? idOf(plan);
    const answer = this.answers.get(id) ?? ('problem' in parsed ? rejected({ id, by: 'unknown', decision: 'unknown', verified: false }, parsed.problem) : await this.send(site, plan, { id, decision: parsed.decision }));
    this.keep(answer);
    await site.annotate(plan, { [mark.decision]: null, [mark.decisionAnswer]: formatAnswerAnnotation(answer) });
    this.log(answer.outcome === 'accepted' ? 'info' : 'warn', `decision ${answer.decision} of ${answer.by} (${answer.verified ? 'verified' : 'unverified'}) ${answer.outcome}: ${answer.message}`, { site: site.site, unit: plan.unit.name });
    await site.tell(plan, {
      type: answer.outcome === 'accepted' ? 'Normal' : 'Warning',
      reason: answer.outcome === 'accepted' ? 'DecisionAccepted' : 'DecisionRejected',
      message: `${answer.decision} by ${answer.by} (${answer.verified ? 'verified' : 'unverified'}): ${answer.message}`,
    });
  }

  private async send(site: PlanSite, plan: WatchedPlan, { id, decision }: { id: string; decision: AnnotatedDecision }): Promise<DecisionAnswer> {
    const { kind: named, site: about, by, more, ...rest } = decision;
    const { verified } = await site.vouched(plan, { name: mark.decision, value: plan.decision?.text ?? '' });
    let whose = { id, by, decision: named as string, verified };
    try {
      // The run alone knows which side a site is on now; what was typed names the site too, so a run that turns meanwhile refuses it.
      const meant = isSiteVerb(named) ? kindAt(named, about ?? '', await this.verbs.status(plan.unit.name)) : { kind: named };
      if ('problem' in meant) return rejected(whose, meant.problem);
      const { kind } = meant;
      whose = { ...whose, decision: kind };
      const read = readDecision({ ...rest, ...more, id, kind, by, verified, via: 'controller' }, id);
      if ('problem' in read) return rejected(whose, read.problem);
      const record = await this.verbs.decide(plan.unit.name, read.decision);
      return { ...whose, outcome: 'accepted', message: `Taken${record.step === null ? '' : ` for ${record.step}`}; what follows is in the run's status.`, at: record.at };
    } catch (error) {
      if (error instanceof ChangeoverError && error.family === 'refused') {
        for (const reason of error.reasons) this.log('warn', reason, { site: site.site, unit: plan.unit.name });
        return rejected(whose, error.message);
      }
      throw error;
    }
  }

  private keep(answer: DecisionAnswer): void {
    this.answers.set(answer.id, answer);
    for (const id of this.answers.keys()) {
      if (this.answers.size <= KEPT) break;
      this.answers.delete(id);
    }
  }
}

function rejected(whose: Pick<DecisionAnswer, 'id' | 'by' | 'decision' | 'verified'>, message: string): DecisionAnswer {
  return { ...whose, outcome: 'rejected', message, at: new Date().toISOString() };
}

/** The same for every try and every controller; another for the same words written again. The version of the object would not do, since every write changes it. */
function idOf({ uid, decision }: WatchedPlan): string {
  return `annotation-${createHash('sha256').update(JSON.stringify([uid, decision?.written, decision?.text])).digest('hex').slice(0, 24)}`;
}
