import { condition, currentUpdateInfo, setHandler, uuid4 } from '@temporalio/workflow';
import { alwaysPossible, readDecision, rejectionOf, whyNot } from '../domain/decisions.js';
import type { Decision, DecisionKind, DecisionRecord } from '../domain/status.js';
import type { Board } from './board.js';
import { now } from './board.js';
import { failure } from './failures.js';
import { decideSignal, decideUpdate, statusQuery } from './messages.js';

/** Where decisions arrive. The handler records and returns; whoever waits takes the decision from here. */
export class Desk {
  private readonly taken = new Map<string, DecisionRecord>();
  private readonly open: DecisionRecord[] = [];
  private paused: DecisionRecord | null = null;
  private readonly onCancel: (() => void)[] = [];

  constructor(private readonly board: Board) {
    // A decision that was taken before the run went on as another procedure is not taken again.
    for (const record of board.read().decisions) this.taken.set(record.id, record);
    setHandler(statusQuery, () => board.read(), { description: 'What the run says about itself' });
    setHandler(decideUpdate, (raw) => this.take(byUpdate(raw)), {
      validator: (raw) => this.validate(byUpdate(raw)),
      description: 'A decision, {"kind","by","reason"}: retry, skip, pause, resume, cancel, approve, reject, ack, attest-source-off, attest-target-off, promote-source, promote-target, turn-back, go-forward',
    });
    setHandler(decideSignal, (raw) => this.bySignal(raw), { description: 'The same decision, without an answer: what cannot be taken is shown in the status' });
  }

  /** The pause that a person asked for and nobody ended yet. */
  pause(): DecisionRecord | null {
    return this.paused;
  }

  /** A pause with an end is over. */
  endPause(): void {
    this.paused = null;
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

  /** Waits for such a decision that is about no held step. */
  async nextUnheld(kinds: readonly DecisionKind[]): Promise<DecisionRecord> {
    const fits = (d: DecisionRecord) => kinds.includes(d.kind) && d.step === null;
    await condition(() => this.open.some(fits));
    const [decision] = this.open.splice(this.open.findIndex(fits), 1);
    if (decision === undefined) throw failure('Bug', 'A decision was taken twice.');
    return decision;
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
    const { id, kind, step, by, verified, via, reason, seconds } = decision;
    // An approval that names nothing is for what was shown to whoever gave it.
    const digest = kind === 'approve' ? (decision.digest ?? this.board.read().waiting?.digest) : undefined;
    // Without a step, a decision is about what is shown.
    const about = step ?? (alwaysPossible.includes(kind) ? null : (this.board.read().held?.step ?? null));
    const loses = this.board.read().held?.choices.find(({ choice }) => choice === kind)?.loses;
    const record: DecisionRecord = { id, kind, step: about, by, verified, via, reason, at: now(), ...(digest === undefined ? {} : { digest }), ...(seconds === undefined ? {} : { seconds }), ...(loses === undefined ? {} : { loses }) };
    this.taken.set(id, record);
    this.board.decided(record);
    if (kind === 'pause') this.paused = record;
    else if (kind === 'resume') this.paused = null;
    else if (kind === 'cancel') this.onCancel.forEach((action) => action());
    else if (kind !== 'ack') this.open.push(record);
    return record;
  }

  /** A rejected update leaves no trace in history; its sender has the sentence. Asked once: what was accepted is taken, then and on replay. */
  private validate(decision: Decision): void {
    const problem = this.whyNot(decision);
    if (problem !== null) throw failure('Invalid', problem);
  }

  /** A signal has no answer, so what cannot be taken is shown on the board. */
  private bySignal(raw: unknown): void {
    const read = readDecision(raw, uuid4());
    const problem = 'problem' in read ? read.problem : this.whyNot(read.decision);
    if (problem !== null) this.board.rejected(rejectionOf(raw, { problem, at: now() }));
    else if ('decision' in read) this.take(read.decision);
  }

  private whyNot(decision: Decision): string | null {
    return this.taken.has(decision.id) ? null : whyNot(decision, this.board.read(), Date.now());
  }
}

/** The update's own id makes a decision idempotent that brings none. */
function byUpdate(raw: unknown): Decision {
  const read = readDecision(raw, currentUpdateInfo()?.id ?? '');
  if ('problem' in read) throw failure('Invalid', read.problem);
  return read.decision;
}
