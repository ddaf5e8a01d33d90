import { condition, setHandler } from '@temporalio/workflow';
import { attestation, type Decision, type DecisionKind, type DecisionRecord } from '../domain/status.js';
import type { Board } from './board.js';
import { now } from './board.js';
import { failure } from './failures.js';
import { decideUpdate, statusQuery } from './messages.js';

/** Decisions that may be taken at any time. */
const always: readonly DecisionKind[] = ['pause', 'cancel', 'ack'];

/** Where decisions arrive. The handler records and returns; whoever waits takes the decision from here. */
export class Desk {
  private readonly taken = new Map<string, DecisionRecord>();
  private readonly open: DecisionRecord[] = [];
  private paused: DecisionRecord | null = null;
  private readonly onCancel: (() => void)[] = [];

  constructor(private readonly board: Board) {
    setHandler(statusQuery, () => board.read(), { description: 'What the run says about itself' });
    setHandler(decideUpdate, (decision) => this.take(decision), {
      validator: (decision) => this.validate(decision),
      description: 'A decision: retry, skip, pause, resume, cancel, approve, reject, ack, attest-source-off, attest-target-off',
    });
  }

  isPaused(): boolean {
    return this.paused !== null;
  }

  /** Called when a cancel arrives by decision. */
  whenCancelled(action: () => void): void {
    this.onCancel.push(action);
  }

  /** Waits for the first decision of these kinds about this step. */
  async next(kinds: readonly DecisionKind[], step: string | null): Promise<DecisionRecord> {
    const fits = (d: DecisionRecord) => kinds.includes(d.kind) && (step === null || d.step === step);
    for (;;) {
      await condition(() => this.open.some(fits));
      // Whoever else waited may have been faster.
      const index = this.open.findIndex(fits);
      const [decision] = index < 0 ? [] : this.open.splice(index, 1);
      if (decision !== undefined) return decision;
    }
  }

  /** Waits for such a decision for at most so long; a decision that came is taken. Null: none came. */
  async nextWithin(kinds: readonly DecisionKind[], step: string, ms: number): Promise<DecisionRecord | null> {
    const came = await condition(() => this.open.some((d) => kinds.includes(d.kind) && d.step === step), ms, { summary: `until a decision about ${step}, or the next reading` });
    return came ? this.next(kinds, step) : null;
  }

  /** A decision answers what was shown when it was taken, never what is held later. */
  forget(step: string): void {
    for (const old of this.open.filter((d) => d.step === step)) this.open.splice(this.open.indexOf(old), 1);
  }

  private take(decision: Decision): DecisionRecord {
    const known = this.taken.get(decision.id);
    if (known !== undefined) return known;
    const { id, kind, step, by, verified, via, reason } = decision;
    // Without a step, a decision is about what is shown.
    const about = step ?? (always.includes(kind) ? null : (this.board.read().held?.step ?? null));
    const record: DecisionRecord = { id, kind, step: about, by, verified, via, reason, at: now() };
    this.taken.set(id, record);
    this.board.decided(record);
    if (kind === 'pause') this.paused = record;
    else if (kind === 'resume') this.paused = null;
    else if (kind === 'cancel') this.onCancel.forEach((action) => action());
    else if (kind !== 'ack') this.open.push(record);
    return record;
  }

  /** A rejected decision leaves no trace in history; the sentence tells the person what is possible now. */
  private validate(decision: Decision): void {
    if (this.taken.has(decision.id)) return;
    if (!decision.id) throw failure('Invalid', 'A decision needs an id.');
    if (!decision.by?.trim()) throw failure('Invalid', 'A decision needs the name of who decides.');
    if (!decision.reason?.trim()) throw failure('Invalid', 'A decision needs a reason.');
    const status = this.board.read();
    if (status.endedAt !== null) throw failure('Invalid', `Run ${status.run} is over (${status.phase}).`);
    const possible: readonly string[] = [...(status.held?.choices ?? []), ...(status.waiting?.choices ?? [])].map((c) => c.choice);
    if (!always.includes(decision.kind) && !possible.includes(decision.kind)) {
      throw failure('Invalid', `${decision.kind} is not possible now (${status.phase}). Possible: ${[...new Set([...possible, ...always])].join(', ')}.`);
    }
    if (decision.kind === 'pause' && (status.outage !== null || status.phase === 'undoing')) {
      throw failure('Invalid', `A run pauses between two steps before the outage, not ${status.phase === 'undoing' ? 'while it undoes' : 'inside the outage or after it'}.`);
    }
    const approvers = status.waiting?.by ?? null;
    if (approvers !== null && (decision.kind === 'approve' || decision.kind === 'reject') && !approvers.includes(decision.by)) {
      throw failure('Invalid', `${decision.by} is not one of the approvers (${approvers.join(', ')}).`);
    }
    if (status.held !== null && decision.step !== null && decision.step !== status.held.step && possible.includes(decision.kind)) {
      throw failure('Invalid', `${decision.step} is not held; ${status.held.step} is.`);
    }
    this.validateAttestation(decision);
  }

  private validateAttestation(decision: Decision): void {
    const status = this.board.read();
    const site = decision.kind === 'attest-source-off' ? status.source : decision.kind === 'attest-target-off' ? status.target : null;
    if (site === null) return;
    if (decision.statement !== attestation(site)) throw failure('Invalid', `Type exactly: ${attestation(site)}`);
  }
}
