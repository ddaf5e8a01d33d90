import { CancellationScope, isCancellation, proxyActivities, proxyLocalActivities, setHandler, workflowInfo } from '@temporalio/workflow';
import type { Activities } from '../activities/index.js';
import { recordLimits, type RecordPatience } from '../domain/limits.js';
import type { Plan } from '../domain/plan.js';
import { factsBetween } from '../domain/record/changes.js';
import type { Entry, Fact, Outcome } from '../domain/record/fact.js';
import { executionName } from '../domain/record/names.js';
import type { MigrationRequest } from '../domain/request.js';
import type { Status } from '../domain/status.js';
import { now, type Board } from './board.js';
import { explain, failure } from './failures.js';
import { unrecordedQuery } from './messages.js';

/** Entries of one call: far below what a call may carry. */
const MOST_AT_ONCE = 100;

/** Whoever may signal a run must not be able to fill its record. */
const MOST_REJECTIONS = 50;

/**
 * Keeps the record of a run: everything the board shows becomes entries, which wait here until the journal took them. The run's own
 * durable state is the spool: nothing is lost when the journal is away, and a closed run can be asked for what it still has.
 */
export class Recorder {
  private readonly spool: Entry[] = [];
  private made = 0;
  private calls = 0;
  private rejections = 0;
  private isQueued = false;
  private isClosed = false;
  private writing: Promise<unknown> = Promise.resolve();

  /** `waiting`: what the run could not write before it went on as this procedure; null: it begins with this one. */
  constructor(private readonly request: MigrationRequest, private readonly board: Board, waiting: readonly Entry[] | null) {
    const { procedure } = board.read();
    this.spool.push(...(waiting ?? []));
    this.note(waiting === null ? { kind: 'request', procedure, request } : { kind: 'continued', procedure });
    board.watch((before, after) => this.watch(before, after));
    setHandler(unrecordedQuery, () => this.spool, { description: 'Entries of the record that the journal did not take yet' });
    if (waiting !== null) this.soon();
  }

  waiting(): readonly Entry[] {
    return [...this.spool];
  }

  plan(plan: Plan): void {
    this.note({ kind: 'plan', digest: plan.digest, plan });
  }

  /** Waits until the journal has everything so far. Throws why not: a planned run that cannot be recorded does not begin. */
  async require(before: 'anything is changed' | 'the outage'): Promise<void> {
    const problem = (await this.flush('brief')) === null ? null : await this.flush('required');
    if (problem === null) return;
    const reason = `The run cannot be recorded, and must be before ${before}: ${problem}`;
    this.board.refusals([reason]);
    throw failure('NotRecorded', reason, [{ reasons: [reason] }]);
  }

  /** Writes what is there without anybody waiting for it; what is not taken stays for the next time. */
  soon(): void {
    if (this.isQueued) return;
    this.isQueued = true;
    // Not cancellable, and every other failure is an answer: nothing can be thrown here.
    void CancellationScope.nonCancellable(() => this.flush('spooled'));
  }

  /** The last entry, and the last try to write all of them. What the journal does not take is a debt that a person pays: nothing writes it later by itself. */
  async close(outcome: Outcome['outcome'], headline: string): Promise<void> {
    const { source, target, writer, debts } = this.board.read();
    this.note({ kind: 'outcome', outcome, headline, source, target, writer, debts });
    this.isClosed = true;
    const problem = await CancellationScope.nonCancellable(async () => {
      const soon = await this.flush('brief');
      return soon === null || outcome === 'refused' ? soon : this.flush('closing');
    });
    if (problem !== null) this.board.debt(`${entriesOf(this.spool.length)} of this run's record are not in the journal yet: ${problem} The run's history in Temporal still has them.`);
  }

  private watch(before: Status, after: Status): void {
    for (const fact of factsBetween(before, after)) this.note(fact);
    const wasPersonsTurn = before.held !== null || before.waiting !== null;
    const isHeldAnew = after.held !== null && after.held !== before.held;
    const outageEnded = after.line === 'after' && after.outage?.endedAt != null && before.outage?.endedAt == null;
    if (isHeldAnew || outageEnded || (wasPersonsTurn && after.decisions.length > before.decisions.length)) this.soon();
  }

  private note(fact: Fact): void {
    if (this.isClosed || (fact.kind === 'rejected-decision' && (this.rejections += 1) > MOST_REJECTIONS)) return;
    this.made += 1;
    const { run, unit } = this.request;
    // A reset of the workflow tells the story anew from some point, under another id.
    this.spool.push({ id: `${executionName(workflowInfo().runId)}-${String(this.made).padStart(4, '0')}`, run, unit: unit.name, at: now(), fact });
  }

  /** One write after the other. Null: everything is in the journal. Never throws but for a cancel. */
  private flush(patience: RecordPatience): Promise<string | null> {
    const turn = this.writing.then(() => this.write(patience));
    this.writing = turn.catch(() => undefined);
    return turn;
  }

  private async write(patience: RecordPatience): Promise<string | null> {
    this.isQueued = false;
    try {
      // What comes while the journal writes waits for the next turn: a slow journal would otherwise cost a call for every step that ends.
      for (let left = this.spool.length; left > 0; ) {
        const entries = this.spool.slice(0, Math.min(left, MOST_AT_ONCE));
        await this.call(patience).ensureRecorded({ run: this.request.run, entries });
        this.spool.splice(0, entries.length);
        left -= entries.length;
      }
      this.board.unrecorded(null);
      return null;
    } catch (error) {
      if (isCancellation(error)) throw error;
      const { message } = explain(error);
      this.board.unrecorded({ entries: this.spool.length, why: message });
      return message;
    }
  }

  private call(patience: RecordPatience): Pick<Activities, 'ensureRecorded'> {
    this.calls += 1;
    // Where the run waits for the record anyway it is written within the workflow task: one event instead of six. Where the run goes on
    // meanwhile, or waits for long, it must not be: a slow journal would hold the task, and a run answers no question meanwhile.
    if (patience === 'brief') return proxyLocalActivities<Pick<Activities, 'ensureRecorded'>>({ ...recordLimits[patience], summary: 'Writing the record' });
    return proxyActivities<Pick<Activities, 'ensureRecorded'>>({
      ...recordLimits[patience],
      activityId: `record/ensureRecorded${this.calls === 1 ? '' : `#${this.calls}`}`,
      summary: 'Writing the record',
    });
  }
}

function entriesOf(count: number): string {
  return `${count} ${count === 1 ? 'entry' : 'entries'}`;
}
