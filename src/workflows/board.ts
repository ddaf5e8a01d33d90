import { setCurrentDetails, upsertSearchAttributes } from '@temporalio/workflow';
import { byHand } from '../domain/by-hand.js';
import type { Reason } from '../domain/checks/judge.js';
import type { ShownLimit } from '../domain/limits-set.js';
import type { Plan } from '../domain/plan.js';
import type { Prediction } from '../domain/outage-times.js';
import type { MigrationRequest, Procedure } from '../domain/request.js';
import { details } from '../domain/screen.js';
import type { DecisionRecord, HeldStatus, OutageStatus, Phase, RejectedDecision, SiteStatus, Status, StepStatus, WaitingStatus } from '../domain/status.js';
import { attributes } from './search-attributes.js';
import { tell } from './tell.js';

/** So many are shown: whoever may signal a run must not be able to fill its status. */
const MOST_REJECTIONS = 10;

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** Everything a run shows: the status query, the details in the UI and the search attributes, kept from one value. */
export class Board {
  private readonly status: Mutable<Status>;
  private readonly holds: HeldStatus[] = [];
  /** site → when it was read as Secondary last. */
  readonly secondaryAt = new Map<string, string>();
  private phaseBeforeHolds: Phase = 'preparing';
  private watcher: (before: Status, after: Status) => void = () => {};

  /** `earlier`: what the run said of itself before it went on as another procedure. */
  constructor(request: MigrationRequest, procedure: Procedure = 'planned-migration', earlier: Status | null = null) {
    this.status = {
      run: request.run, unit: request.unit.name, procedure, reason: request.reason, requestedBy: request.requestedBy.name,
      source: null, target: request.target, planDigest: null, phase: 'preparing', headline: 'Looking at both sites', line: 'before', writer: 'unknown',
      steps: [], outage: null, prediction: null, held: null, waiting: null, otherWay: null, decisions: [], sites: [], names: [], byHand: [], lastCommand: null, debts: [], unrecorded: null, refusals: [],
      cancelRequested: false, acknowledgedBy: null, startedAt: now(), endedAt: null,
      ...(earlier === null ? {} : carriedOver(earlier)),
    };
  }

  read(): Status {
    return this.status;
  }

  /** Called with the status before and after each change. */
  watch(watcher: (before: Status, after: Status) => void): void {
    this.watcher = watcher;
  }

  plan(plan: Plan): void {
    const isFirst = this.status.planDigest === null && this.status.procedure === 'planned-migration';
    this.change({ source: plan.source, target: plan.target, planDigest: plan.digest, byHand: byHand(plan), ...(isFirst ? { writer: plan.source } : {}) });
    upsertSearchAttributes([{ key: attributes.source, value: plan.source }, { key: attributes.target, value: plan.target }]);
  }

  /** Of a run that goes on as another procedure, until its plan of that way is made. */
  direction({ source, target }: Pick<Plan, 'source' | 'target'>): void {
    this.change({ source, target });
  }

  /** What the name servers answered just now. */
  names(answers: readonly string[]): void {
    this.change({ names: answers.map((answer) => `${now().slice(11, 19)}Z ${answer}`) });
  }

  phase(phase: Phase, headline: string): void {
    const moved = this.status.phase !== phase;
    const ended = phase === 'refused' || phase === 'undone' || phase === 'completed' || phase === 'completed-with-debts';
    this.change({ phase, headline, ...(ended ? { endedAt: now(), held: null, waiting: null, otherWay: null } : {}) });
    if (!moved) return;
    upsertSearchAttributes([{ key: attributes.phase, value: phase }, ...(ended ? [{ key: attributes.outcome, value: phase }] : [])]);
  }

  headline(headline: string): void {
    this.change({ headline });
  }

  line(line: Status['line']): void {
    this.change({ line, ...(line === 'after' && this.status.outage !== null ? { outage: { ...this.status.outage, deadline: null } } : {}) });
  }

  writer(writer: Status['writer']): void {
    this.change({ writer });
  }

  predicted(prediction: Prediction): void {
    this.change({ prediction });
  }

  outage(outage: OutageStatus): void {
    this.change({ outage });
  }

  outageEnded(): void {
    if (this.status.outage !== null && this.status.outage.endedAt === null) this.change({ outage: { ...this.status.outage, endedAt: now(), deadline: null } });
  }

  /** Shows a held state. Steps that run side by side may be held at once: they are shown one after the other, oldest first. */
  hold(held: HeldStatus): void {
    if (this.holds.length === 0) this.phaseBeforeHolds = this.status.phase;
    this.holds.push(held);
    this.showHold();
  }

  release(held: HeldStatus, headline: string): void {
    this.holds.splice(this.holds.indexOf(held), 1);
    if (this.showHold()) return;
    this.change({ held: null });
    this.phase(this.phaseBeforeHolds, headline);
  }

  /** What is shown of a hold has changed; it stays where it was among others. */
  amend(held: HeldStatus, by: HeldStatus): void {
    this.holds.splice(this.holds.indexOf(held), 1, by);
    this.showHold();
  }

  private showHold(): boolean {
    const [first] = this.holds;
    if (first === undefined) return false;
    this.change({ held: first });
    this.phase('held', `${first.step} is held: ${first.error}${this.holds.length === 1 ? '' : ` (${this.holds.length - 1} more held after it)`}`);
    return true;
  }

  otherWay(otherWay: Status['otherWay']): void {
    this.change({ otherWay });
  }

  waiting(waiting: WaitingStatus | null): void {
    this.change({ waiting });
  }

  decided(decision: DecisionRecord): void {
    this.change({
      decisions: [...this.status.decisions, decision],
      ...(decision.kind === 'ack' ? { acknowledgedBy: decision.by } : {}),
      ...(decision.kind === 'cancel' ? { cancelRequested: true } : {}),
    });
  }

  rejected(rejection: RejectedDecision): void {
    this.change({ rejections: [...(this.status.rejections ?? []), rejection].slice(-MOST_REJECTIONS) });
  }

  cancelRequested(): void {
    this.change({ cancelRequested: true });
  }

  site(seen: SiteStatus): void {
    if (seen.role === 'secondary') this.secondaryAt.set(seen.site, seen.at);
    this.change({ sites: [...this.status.sites.filter((s) => s.site !== seen.site), seen] });
  }

  /** Stopping and starting pods changes no role: what was last read of it stands. */
  private roleSeen(site: string): SiteStatus['role'] {
    return this.status.sites.find((seen) => seen.site === site)?.role ?? 'unknown';
  }

  /** The site is being stopped: what was read of it before says nothing any more. */
  stopping(site: string): void {
    this.site({ site, at: now(), role: this.roleSeen(site), writable: 'unknown', fence: 'unknown', workloads: 'being stopped' });
  }

  /** The site is stopped behind its fence. */
  stopped(site: string, workloads: readonly string[]): void {
    this.writer(null);
    this.site({ site, at: now(), role: this.roleSeen(site), writable: 'no', fence: 'on', workloads: `stopped: ${workloads.join(', ') || 'none'}` });
  }

  /** An undo started the application there again. */
  servesAgain(site: string): void {
    this.writer(site);
    this.site({ site, at: now(), role: this.roleSeen(site), writable: 'yes', fence: 'off', workloads: 'started again' });
  }

  /** The site serves: it can write, its fence is off, and these workloads are Ready. */
  serving(site: string, workloads: readonly string[]): void {
    this.writer(site);
    this.site({ site, at: now(), role: 'primary', writable: 'yes', fence: 'off', workloads: `${workloads.join(', ')} Ready` });
  }

  command(command: Status['lastCommand']): void {
    this.change({ lastCommand: command });
  }

  debt(sentence: string): void {
    this.change({ debts: [...this.status.debts, sentence] });
  }

  unrecorded(unrecorded: Status['unrecorded']): void {
    if (unrecorded !== this.status.unrecorded) this.change({ unrecorded });
  }

  refusals(reasons: readonly string[]): void {
    this.change({ refusals: reasons });
  }

  findings(findings: readonly Reason[]): void {
    this.change({ findings });
  }

  limits(limits: readonly ShownLimit[]): void {
    this.change({ limits });
  }

  step(name: string, change: Partial<Omit<StepStatus, 'name'>>): void {
    const known = this.status.steps.find((s) => s.name === name);
    const step: StepStatus = { ...(known ?? { name, title: name, state: 'running', startedAt: now(), endedAt: null, attempt: 1, note: null }), ...change };
    this.change({ steps: known === undefined ? [...this.status.steps, step] : this.status.steps.map((s) => (s.name === name ? step : s)) });
  }

  private change(fields: Partial<Status>): void {
    const before = { ...this.status };
    Object.assign(this.status, fields);
    this.watcher(before, this.status);
    tell(before, this.status);
    setCurrentDetails(details(this.status, Date.now()));
  }
}

/** A run keeps who decided what, its outage and its debts; steps and line are those of the procedure it is now. */
function carriedOver(earlier: Status): Partial<Status> {
  const { decisions, outage, prediction, sites, names, byHand, lastCommand, debts, unrecorded, writer, acknowledgedBy, startedAt } = earlier;
  return { decisions, outage, prediction, sites, names, byHand, lastCommand, debts, unrecorded, writer, acknowledgedBy, startedAt, phase: 'forward' };
}

export function now(): string {
  return new Date().toISOString();
}
