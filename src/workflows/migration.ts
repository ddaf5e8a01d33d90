import { CancellationScope, CancelledFailure, ContinueAsNew, isCancellation } from '@temporalio/workflow';
import type { Mood } from '../domain/limits.js';
import { callLimits, type SetLimit } from '../domain/limits-set.js';
import type { Plan } from '../domain/plan.js';
import { predictionAt } from '../domain/prediction.js';
import type { MigrationRequest, Procedure, RunOptions } from '../domain/request.js';
import type { Way } from '../domain/roles.js';
import { otherWays, type Choice, type HeldChoice } from '../domain/status.js';
import { advised } from './advice.js';
import type { Approved } from './approval.js';
import { budgetLeft, callsAt } from './calls.js';
import type { Carried } from './carried.js';
import { Board, now } from './board.js';
import { Desk } from './desk.js';
import type { AnotherWay } from './other-ways.js';
import { explain, failure } from './failures.js';
import { byTwo, decided } from './hold.js';
import { Recorder } from './recorder.js';
import { Rest } from './rest.js';
import type { Step, StepRun } from './step.js';
import type { Asked } from './preflight.js';
import type { Take } from './take.js';
import { undoAll } from './undo.js';

/** One run: the blocks its story is told in. It holds no policy of any procedure. */
export class Migration {
  readonly board: Board;
  readonly desk: Desk;
  readonly recorder: Recorder;
  /** What people have vouched for, or decided about the roles, so that it need not be asked again. */
  readonly attestations = new Set<Way>();
  /** Members may still hold the unit in an epoch of before. */
  readonly isRecovered: boolean;
  /** Everything was checked again, and the run has not rested since. */
  isReady = false;
  /** What was asked of the target when everything was gathered last. */
  asked: Asked | null = null;
  /** What people said yes to; null: nothing yet. */
  approved: Approved | null = null;
  /** How long the next attempt of a step may take, where a person said so. */
  private readonly deadlines = new Map<string, number>();
  private readonly rest: Rest;
  /** Where the run can turn to instead of going on; null: nowhere. */
  otherWay: AnotherWay | null = null;
  private sealed: Plan | null = null;
  private calls = 0;
  private readonly ids = new Map<string, number>();

  /** `carried`: what the run was before it went on as this procedure. */
  constructor(readonly request: MigrationRequest, procedure: Procedure = 'planned-migration', carried: Carried | null = null) {
    this.board = new Board(request, procedure, carried?.status ?? null);
    this.calls = carried?.calls ?? 0;
    this.isRecovered = carried !== null && carried.status === null;
    this.desk = new Desk(this.board);
    this.rest = new Rest(this.board, this.desk, () => (this.isReady = false));
    this.recorder = new Recorder(request, this.board, carried?.unrecorded ?? null);
    CancellationScope.current().cancelRequested.catch(() => this.board.cancelRequested());
  }

  get plan(): Plan {
    if (this.sealed === null) throw failure('Bug', 'The plan is not made yet.');
    return this.sealed;
  }

  /** What was asked for, with the limits of the plan once it is made. */
  get options(): RunOptions {
    return this.sealed?.request.options ?? this.request.options;
  }

  /** What the plan sets of the limits; none before it is made. */
  get limits(): readonly SetLimit[] {
    return this.sealed?.limits ?? [];
  }

  /** How many calls were made: the newest attempt that any step may have taken. */
  get callsMade(): number {
    return this.calls;
  }

  carried(): Carried {
    return { status: this.board.read(), calls: this.calls, unrecorded: this.recorder.waiting() };
  }

  seal(plan: Plan): void {
    this.sealed = plan;
    this.board.plan(plan);
    this.recorder.plan(plan);
  }

  /**
   * Every step registers its undo before it runs (law 3). On failure or cancellation the undos run, newest first,
   * and cannot be cancelled; then the cause is thrown.
   */
  async reversibly<T>(body: (take: Take) => Promise<T>): Promise<T> {
    const undos: Step<never, unknown>[] = [];
    const take = this.taking(async (step, input, mood) => {
      await this.rest.boundary();
      if (step.undo !== undefined) undos.push(step as Step<never, unknown>);
      return this.perform(step, input, { mood });
    });
    const scope = new CancellationScope({ cancellable: true });
    this.desk.whenCancelled(() => {
      if (this.board.read().line === 'before') scope.cancel();
    });
    // A person's cancel during preflight came before anybody listened.
    if (this.board.read().cancelRequested) throw new CancelledFailure('Cancelled before anything was changed.');
    try {
      return await scope.run(() => body(take));
    } catch (cause) {
      await CancellationScope.nonCancellable(() => undoAll(this, undos.toReversed(), explain(cause).message));
      throw cause;
    }
  }

  /** Every wait in here has one deadline; when it passes, what stands around this block undoes itself. */
  async withinBudget<T>(budgetMs: number, body: () => Promise<T>): Promise<T> {
    const startedAt = Date.now();
    const { prediction } = this.board.read();
    if (prediction !== null) this.board.predicted(predictionAt(prediction, startedAt));
    this.board.outage({ startedAt: now(), endedAt: null, budgetMs, deadline: new Date(startedAt + budgetMs).toISOString() });
    this.board.phase('outage', 'The application is being taken offline');
    try {
      return await CancellationScope.withTimeout(budgetMs, body);
    } catch (error) {
      if (isCancellation(error) && !this.board.read().cancelRequested && Date.now() - startedAt >= budgetMs) {
        throw failure('DeadlinePassed', `The outage budget of ${budgetMs / 1000} s was used up before the line.`);
      }
      throw error;
    }
  }

  /** After the line nothing is undone and nothing is cancelled: a step that fails is held until a person decides (law 5). */
  async forward(body: (take: Take) => Promise<void>): Promise<void> {
    const take = this.taking((step, input) => this.insist(step, (attempt) => this.perform(step, input, { mood: 'forward', attempt }), callLimits('forward', this.plan.target, this.limits).scheduleToClose));
    await CancellationScope.nonCancellable(() => Promise.race([body(take), this.turned()]));
  }

  /** Offers another way until this is called again; null: none is open any more. */
  offer(way: AnotherWay | null): void {
    this.otherWay = way;
    this.board.otherWay(way?.anytime === true ? { choice: way.choice, effect: way.effect } : null);
  }

  /** Waits for a person who turns the run while it is not held. What a step has under way then is stopped by the next epoch. */
  private async turned(): Promise<never> {
    const decision = await this.desk.nextUnheld(otherWays);
    const way = this.otherWay;
    if (way?.choice !== decision.kind) throw failure('Bug', `${decision.kind} was taken although it is not open.`);
    return way.take();
  }

  /** Shows a held state and waits for one of its ways on. */
  async hold(held: { step: string; error: unknown; advice?: string; also?: readonly string[]; choices: readonly HeldChoice[] }): Promise<Choice> {
    const { code, message, advice } = advised(held, { plan: this.sealed, status: this.board.read() });
    this.desk.forget(held.step);
    const { also = [] } = held;
    const shown = { step: held.step, since: now(), code, error: message, advice, ...(also.length === 0 ? {} : { also }), choices: (this.request.options.attestations ?? 1) > 1 ? held.choices.map(byTwo) : held.choices };
    this.board.hold(shown);
    const { kind, seconds } = await decided(this, shown);
    if (seconds === undefined) this.deadlines.delete(held.step);
    else this.deadlines.set(held.step, seconds * 1000);
    if (kind === 'attest-source-off' || kind === 'attest-target-off') this.attestations.add(kind);
    return kind as Choice;
  }

  /** Runs one step and keeps its story. */
  async perform<In, Out>(step: Step<In, Out>, input: In, options: { mood: Mood; attempt?: number }): Promise<Out> {
    const { board } = this;
    const attempt = options.attempt ?? 1;
    board.step(step.name, { title: step.title, state: 'running', startedAt: now(), endedAt: null, attempt, note: null });
    board.headline(step.title);
    try {
      const out = await step.do(this.stepRun(step, options.mood), input);
      board.step(step.name, { state: 'done', endedAt: now(), note: step.note?.(out) ?? null });
      return out;
    } catch (error) {
      board.step(step.name, { state: 'failed', endedAt: now(), note: explain(error).message });
      throw error;
    }
  }

  /** What a step, or its undo, is given. */
  stepRun(step: Pick<Step<never, unknown>, 'name' | 'title'>, mood: Mood): StepRun {
    const { plan } = this;
    return {
      plan,
      source: plan.source,
      target: plan.target,
      mood,
      attested: (way) => this.attestations.has(way),
      at: (site, turnOf = step.name) =>
        callsAt({
          site,
          mood,
          title: step.title,
          input: () => ({ site, plan, step: turnOf, attempt: (this.calls += 1), ...budgetLeft(mood, this.board.read().outage) }),
          deadlineMs: this.deadlines.get(step.name) ?? null,
          limits: this.limits,
          id: (activity) => this.uniqueId(`${step.name}/${activity}@${site}`),
        }),
    };
  }

  uniqueId(id: string): string {
    const times = (this.ids.get(id) ?? 0) + 1;
    this.ids.set(id, times);
    return times === 1 ? id : `${id}#${times}`;
  }

  /** The last moment at which a run may rest. What was checked before a rest is checked again: it may have lasted a night. */
  async lastRest(lookAgain: () => Promise<void>): Promise<void> {
    for (;;) {
      await this.rest.boundary();
      if (this.isReady) return;
      await lookAgain();
    }
  }

  /** What a run does after the line: tries until it is done, or a person says otherwise. */
  async insist<Out>(step: Pick<Step<never, Out>, 'name' | 'title' | 'skipping'>, body: (attempt: number) => Promise<Out>, deadlineMs: number | null = null): Promise<Out> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await body(attempt);
      } catch (error) {
        if (error instanceof ContinueAsNew) throw error;
        const other = this.otherWay;
        const way = await this.hold({
          step: step.name,
          error,
          choices: [
            { choice: 'retry', effect: 'The step is tried again.', ...(deadlineMs === null ? {} : { deadlineMs }) },
            ...(step.skipping === undefined ? [] : [{ choice: 'skip' as const, effect: step.skipping }]),
            ...(other === null ? [] : [{ choice: other.choice, effect: other.effect }]),
          ],
        });
        if (other !== null && way === other.choice) return other.take();
        if (way === 'skip') {
          this.board.step(step.name, { state: 'skipped', note: `skipped: ${step.skipping}` });
          this.board.debt(`${step.title}: skipped. ${step.skipping}`);
          return undefined as Out;
        }
      }
    }
  }

  private taking(perform: <In, Out>(step: Step<In, Out>, input: In, mood: Mood) => Promise<Out>): Take {
    return (<In, Out>(step: Step<In, Out>, input: In) => perform(step, input, this.board.read().outage !== null ? 'outage' : this.isReady ? 'ready' : 'calm')) as Take;
  }
}
