import { parseAnswerAnnotation } from '../domain/annotations.js';
import { ChangeoverError } from '../domain/errors.js';
import type { OwnershipRecord } from '../domain/ownership.js';
import { answerTo, type OpenRun, type PlanAnswer } from '../domain/plan-change.js';
import { conditionsOf, sameConditions } from '../domain/plan-conditions.js';
import type { PlanEvent, WatchedPlan } from '../domain/watched-plan.js';
import type { Leadership, PlanListener, PlanSite } from '../ports/plan-site.js';
import { keyOf, SeenPlans } from './changes.js';
import { reasonOf } from './log.js';
import { createQueue, type KeyedQueue } from './queue.js';
import type { Shared } from './shared.js';
import { Standing } from './standing.js';
import { Starter } from './starter.js';

/** Changes of a run come in bursts; what is shown on the plan follows them at this distance, unless somebody may be waiting for it. */
const SHOW_AFTER_MS = 400;
const CONFLICT_AFTER_MS = 30;
const WORKERS = 8;

/** One site's DR plans: what the watch tells is queued by plan, judged, answered and shown. Sites do not wait for each other. */
export class SiteController implements PlanListener {
  private readonly seen = new SeenPlans();
  private readonly standing = new Standing();
  private readonly queue: KeyedQueue;
  private readonly starter: Starter;
  private leading = false;

  constructor(
    readonly site: PlanSite,
    private readonly shared: Shared,
  ) {
    this.queue = createQueue({ workers: WORKERS, work: (key) => this.work(key), failed: (key, error, nextMs) => this.failed(key, error, nextMs) });
    this.starter = new Starter(site, shared);
  }

  /** Watches and answers until the signal aborts. */
  async run(leadership: Leadership, signal: AbortSignal): Promise<void> {
    await Promise.all([this.site.watch(this, signal), leadership.hold((leading) => this.lead(leading), signal)]);
    await this.queue.close();
  }

  listed(plans: readonly WatchedPlan[]): void {
    this.seen.listed(plans);
    this.shared.log('info', `${plans.length} DR plans listed`, { site: this.site.site });
    for (const plan of plans) this.queue.add(keyOf(plan.unit));
  }

  changed(event: 'added' | 'modified' | 'deleted', plan: WatchedPlan): void {
    const key = keyOf(plan.unit);
    if (event === 'added') this.seen.added(plan);
    else if (event === 'modified') this.seen.modified(plan);
    else {
      this.seen.deleted(plan);
      this.standing.forget(key);
      void this.deleted(plan);
      return;
    }
    // What a run or we ourselves write is shown in its turn; a change or a decision is a person's, who waits.
    this.queue.add(key, this.seen.change(key, plan) !== null || plan.decision !== null ? 0 : SHOW_AFTER_MS);
  }

  lost(reason: string): void {
    this.shared.log('warn', `does not answer; it is tried again: ${reason}`, { site: this.site.site });
  }

  found(): void {
    this.shared.log('info', 'answers again', { site: this.site.site });
  }

  /** The unit's run or adoption has news. Events are told on the plan of every site. */
  news(unitName: string, { events, urgent }: { readonly events: readonly PlanEvent[]; readonly urgent: boolean }): void {
    for (const key of this.seen.keys()) {
      const plan = this.seen.plan(key);
      if (plan === null || plan.unit.name !== unitName) continue;
      for (const event of events) this.tell(plan, event);
      this.queue.add(key, urgent ? 0 : SHOW_AFTER_MS);
    }
  }

  /** Looks at every plan again. */
  again(): void {
    for (const key of this.seen.keys()) this.queue.add(key);
  }

  private lead(leading: boolean): void {
    this.leading = leading;
    this.shared.log('info', leading ? 'leads: changes are answered here' : 'does not lead: another controller answers, or none may', { site: this.site.site });
    if (leading) this.again();
  }

  private async work(key: string): Promise<void> {
    const plan = this.seen.plan(key);
    if (!this.leading || plan === null || !(await this.shared.masters.mayWriteAt(this.site))) return;
    try {
      if (plan.decision !== null) return await this.shared.decisions.take(this.site, plan);
      await this.judge(key, plan);
    } catch (error) {
      if (!(error instanceof ChangeoverError) || error.code !== 'Conflict') throw error;
      // Somebody wrote in between; the watch brings the newer plan.
      this.queue.add(key, CONFLICT_AFTER_MS);
    }
  }

  private async judge(key: string, plan: WatchedPlan): Promise<void> {
    const { runs, sites } = this.shared;
    if (await this.starter.goOn(key, plan)) return this.queue.add(key, SHOW_AFTER_MS);
    const change = this.seen.change(key, plan);
    // A change is judged by what is there now, never by what an event said a moment ago.
    const [now, ownership] = await Promise.all([change === null ? plan : this.site.read(plan.unit), this.site.ownership(plan.unit)]);
    if (now === null || now.uid !== plan.uid || now.specPrimary !== plan.specPrimary) return;
    const quiet = change === null && now.specPrimary === now.statusPrimary && now.proposedBy === null && !runs.isFollowed(now.unit.name);
    const run = quiet ? null : await runs.open(now.unit.name, ownership);
    const seen = answerTo({ site: this.site.site, sites, plan: now, change, ownership, run });
    const answer = this.standing.keep(key, now, { answer: seen, isNew: change !== null, run });
    if (change !== null) await this.act(key, now, seen);
    if (answer.kind === 'needs-adoption') this.adopt(key, now);
    await this.show(key, now, { ownership, run, answer });
  }

  /** A change is answered once. */
  private async act(key: string, plan: WatchedPlan, answer: PlanAnswer): Promise<void> {
    const about = { site: this.site.site, unit: plan.unit.name };
    switch (answer.kind) {
      case 'nothing':
      case 'needs-adoption':
        break;
      case 'start':
        return this.starter.begin(key, plan, { source: answer.source, target: answer.target, answered: () => this.seen.answered(key) });
      case 'refuse':
        this.shared.log('warn', `refused: ${answer.reason}`, about);
        this.tell(plan, { type: 'Warning', reason: 'ChangeRefused', message: answer.reason });
        break;
      case 'needs-confirmation':
        this.shared.log('warn', `needs confirmation: ${answer.reason}`, about);
        this.tell(plan, { type: 'Warning', reason: 'NeedsConfirmation', message: answer.reason });
        break;
      case 'explain':
        this.shared.log('warn', answer.message, about);
        this.tell(plan, { type: 'Warning', reason: 'TooLate', message: answer.message });
        break;
      case 'cancel':
        await this.starter.cancel(plan, answer, (event) => this.tell(plan, event));
        break;
    }
    this.seen.answered(key);
  }

  private adopt(key: string, plan: WatchedPlan): void {
    const againMs = this.shared.adoptions.want(plan.unit, { site: this.site.site, generation: `${plan.uid}/${plan.generation}` });
    if (againMs !== null) this.queue.add(key, againMs);
  }

  private async show(key: string, plan: WatchedPlan, { ownership, run, answer }: { ownership: OwnershipRecord | null; run: OpenRun | null; answer: PlanAnswer }): Promise<void> {
    const { runs, adoptions } = this.shared;
    const said = runs.status(plan.unit.name);
    const view = {
      plan,
      writer: ownership?.writer ?? null,
      run: run !== null && said?.run === run.run ? said : null,
      opening: run?.run ?? null,
      ended: said !== null && said.endedAt !== null ? said : null,
      answer,
      disagreements: adoptions.disagreements(plan.unit),
      decision: plan.decisionAnswer === null ? null : parseAnswerAnnotation(plan.decisionAnswer),
    };
    const newest = this.seen.plan(key) ?? plan;
    const conditions = conditionsOf(view, newest.conditions, new Date().toISOString().replace(/\.\d+Z$/, 'Z'));
    if (sameConditions(conditions, newest.conditions)) return;
    await this.site.showConditions(plan, conditions).catch((error: unknown) => {
      // A plan that is gone, or was made anew, needs nothing shown.
      if (!(error instanceof ChangeoverError) || (error.code !== 'NotFound' && error.code !== 'Conflict')) throw error;
    });
  }

  private async deleted(plan: WatchedPlan): Promise<void> {
    if (plan.proposedBy === null && !this.shared.runs.isFollowed(plan.unit.name)) return;
    const message = `The plan was deleted on ${this.site.site} while run ${plan.proposedBy ?? 'of this unit'} is at work. The run needs it: it will be undone, or held where it can no longer be undone. Make the plan again to carry it on.`;
    this.shared.log('warn', message, { site: this.site.site, unit: plan.unit.name });
    if (this.leading && this.shared.masters.isAlone()) this.tell(plan, { type: 'Warning', reason: 'PlanDeleted', message });
  }

  /** Telling never stands in the way of doing. */
  private tell(plan: WatchedPlan, event: PlanEvent): void {
    if (!this.leading || !this.shared.masters.isAlone()) return;
    void this.site.tell(plan, event).catch((error: unknown) => this.shared.log('warn', `an event was not written: ${reasonOf(error)}`, { site: this.site.site, unit: plan.unit.name }));
  }

  private failed(key: string, error: unknown, nextMs: number): void {
    this.shared.log('warn', `${reasonOf(error)}; tried again in ${(nextMs / 1000).toFixed(1)} s`, { site: this.site.site, unit: key.slice(key.indexOf('/') + 1) });
  }
}
