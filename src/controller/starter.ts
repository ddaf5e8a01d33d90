import { ChangeoverError } from '../domain/errors.js';
import { mark } from '../domain/names.js';
import type { MigrationRequest, Requester } from '../domain/request.js';
import { answerMark, type PlanEvent, type WatchedPlan } from '../domain/watched-plan.js';
import type { PlanSite } from '../ports/plan-site.js';
import { requesterOf, requestOf } from './requests.js';
import type { Shared } from './shared.js';

interface Pending {
  readonly request: MigrationRequest;
  readonly mark: string;
  readonly untilMs: number;
  tried: boolean;
}

/** A start that Temporal did not take for so long is given up: the person has gone on to something else. */
const TRY_FOR_MS = 5 * 60_000;

/** Starts runs, each once: the answer stands on the plan before the run is started, so no other controller and no later one starts it again. */
export class Starter {
  private readonly pending = new Map<string, Pending>();

  constructor(
    private readonly site: PlanSite,
    private readonly shared: Shared,
  ) {}

  /** Marks the change as answered, then starts. Throws `Conflict` when another was faster. */
  async begin(key: string, plan: WatchedPlan, move: { source: string; target: string; answered: () => void }): Promise<void> {
    if (!(await this.shared.masters.mayStart())) return;
    const request = requestOf(plan, { ...move, requester: await this.requester(plan) }, this.shared.settings);
    // Who asked is in the request by now; the next to change the plan must not find another's name there.
    await this.site.annotate(plan, { [mark.answered]: `${answerMark(plan)} ${request.run}`, [mark.requestedBy]: null });
    move.answered();
    this.pending.set(key, { request, mark: answerMark(plan), untilMs: performance.now() + TRY_FOR_MS, tried: false });
    await this.goOn(key, plan);
  }

  /** Carries on a start that Temporal has not taken yet. False: there is none. Throws when it has to be tried again. */
  async goOn(key: string, plan: WatchedPlan): Promise<boolean> {
    const pending = this.pending.get(key);
    if (pending === undefined) return false;
    const { request } = pending;
    const about = { site: this.site.site, unit: request.unit.name, run: request.run };
    const over = answerMark(plan) !== pending.mark || plan.specPrimary !== request.target;
    if (over || performance.now() > pending.untilMs) {
      this.pending.delete(key);
      this.shared.log('warn', over ? 'not started: the plan was changed again before Temporal took the start' : 'not started: Temporal did not take the start in time', about);
      return false;
    }
    const started = await this.start(pending);
    this.pending.delete(key);
    this.shared.runs.follow(request.unit.name);
    const said = started.found ? `run ${started.run} is at work already; no other was started` : `run ${started.run} started: ${request.reason}; asked for by ${request.requestedBy.name} (${request.requestedBy.verified ? 'verified' : 'unverified'})`;
    this.shared.log('info', said, about);
    await this.site.tell(plan, { type: 'Normal', reason: started.found ? 'AlreadyAtWork' : 'MigrationStarted', message: said }).catch(() => undefined);
    return true;
  }

  /** Cancels the run that the plan was changed back from. */
  async cancel(plan: WatchedPlan, { run, reason }: { run: string; reason: string }, tell: (event: PlanEvent) => void): Promise<void> {
    const requester = await this.requester(plan);
    const decision = { id: `patched-back-${answerMark(plan)}`, kind: 'cancel', step: null, by: requester.name, verified: requester.verified, via: 'controller', reason, statement: null } as const;
    try {
      await this.shared.verbs.decide(plan.unit.name, decision);
      tell({ type: 'Normal', reason: 'CancelAsked', message: `Run ${run} is cancelled: ${reason}.` });
      this.shared.log('info', `cancel asked for: ${reason}`, { site: this.site.site, unit: plan.unit.name, run });
    } catch (error) {
      if (!(error instanceof ChangeoverError) || error.family !== 'refused') throw error;
      tell({ type: 'Warning', reason: 'CancelRejected', message: error.message });
    }
  }

  private async requester(plan: WatchedPlan): Promise<Requester> {
    const vouched = plan.requestedBy === null ? null : await this.site.vouched(plan, { name: mark.requestedBy, value: plan.requestedBy });
    return requesterOf(plan, vouched?.verified === true);
  }

  /** Found again by its id, a start whose answer was lost is not made twice, even when the run has ended by now. */
  private async start(pending: Pending): Promise<{ run: string; found: boolean }> {
    const { request } = pending;
    if (pending.tried && (await this.shared.verbs.newestRun(request.unit.name))?.run === request.run) return { run: request.run, found: false };
    pending.tried = true;
    const started = await this.shared.verbs.start(request);
    return { run: started.run, found: started.found && started.run !== request.run };
  }
}
