import { msToTs } from '@temporalio/common/lib/time.js';
import { coresdk } from '@temporalio/proto';
import type { Workflow } from '@temporalio/worker/lib/workflow/interface.js';
import { ActivityRun, type ActivityHost } from './activity-run.js';
import { decoded, encoded, endsExecution, failureOf, isQueryAnswer, orderOf, summaryOf, type Command, type Job, type Outcome, type Story, type UpdateOutcome } from './commands.js';
import type { ConductorOptions } from './conductor-options.js';
import { millisOf } from './retry.js';
import { createWorkflow, productWorkflows } from './sandbox.js';
import { quiet, VirtualTime, type Appointment } from './virtual-time.js';

export type { ConductorOptions };

/** With nothing else to do, `run` does not jump over a longer wait than this: such a wait is for a person. Milliseconds. */
const PATIENCE_MS = 10 * 60_000;
/** A run that does not come to rest within so many steps of time never will. */
const MOST_STEPS = 20_000;

/** Drives one real workflow of the real bundle in the SDK's sandbox, without a server and in virtual time. */
export class Conductor {
  readonly time: VirtualTime;
  readonly story: Story = { activities: [], timers: [], attributes: {}, patches: [], continued: [], children: [], events: 0 };
  outcome: Outcome = { kind: 'running' };
  private workflow: Workflow | null = null;
  private ids = { workflowType: '', workflowId: '', runId: '', taskQueue: '' };
  private jobs: Job[] = [];
  private readonly runs = new Map<number, ActivityRun>();
  private readonly timers = new Map<number, Appointment>();
  private readonly updates = new Map<string, UpdateOutcome>();
  private readonly unpolled = new Set<string>();
  private problem: Error | null = null;
  private generation = 0;
  private readonly uninstall: () => void;

  constructor(private readonly options: ConductorOptions) {
    this.time = options.time ?? new VirtualTime();
    this.uninstall = this.time.install();
  }

  /** Starts the workflow and lets everything happen that needs no time. */
  async start(workflowType: string, args: readonly unknown[], ids: { workflowId?: string; runId?: string } = {}): Promise<void> {
    this.ids = { workflowType, workflowId: ids.workflowId ?? 'workflow', runId: ids.runId ?? 'run', taskQueue: this.options.taskQueue ?? 'changeover' };
    await this.launch(encoded(args));
    await this.pump();
  }

  /** Moves time on until the workflow is over, waits for a person, or `until` holds. */
  async run(options: { until?: () => boolean } = {}): Promise<'done' | 'blocked' | 'stopped'> {
    for (let steps = 0; steps < MOST_STEPS; steps += 1) {
      await this.pump();
      if (options.until?.() === true) return 'stopped';
      if (this.outcome.kind !== 'running') return 'done';
      const due = this.time.next('workflow', 'activity');
      const isForPerson = due !== null && due.kind === 'workflow' && this.time.next('activity') === null && due.at - this.time.now() > PATIENCE_MS;
      if (due === null || isForPerson) return 'blocked';
      this.time.step();
    }
    throw new Error(`The workflow did not come to rest; last scheduled: ${this.story.activities.slice(-3).map((a) => a.id).join(', ')}.`);
  }

  /** Moves time on by exactly this much. */
  async advance(ms: number): Promise<void> {
    const end = this.time.now() + ms;
    await this.pump();
    for (let due = this.time.next(); due !== null && due.at <= end; due = this.time.next()) {
      this.time.step();
      await this.pump();
    }
    this.time.moveTo(end);
  }

  async signal(name: string, ...args: readonly unknown[]): Promise<void> {
    this.story.events += 1;
    this.jobs.push({ signalWorkflow: { signalName: name, input: encoded(args) } });
    await this.pump();
  }

  /** What an update was answered; undefined: nothing yet. */
  answerTo(id: string): UpdateOutcome | undefined {
    return this.updates.get(id);
  }

  /** Sends an update; a second one with the same id finds the first. */
  async update(name: string, args: readonly unknown[], id = `update-${this.updates.size + 1}`): Promise<UpdateOutcome> {
    this.updateSoon(name, args, id);
    await this.pump();
    return this.updates.get(id) ?? { kind: 'sent' };
  }

  async query<T>(name: string, ...args: readonly unknown[]): Promise<T> {
    const completion = await this.sandbox().activate(this.activation([{ queryWorkflow: { queryId: 'q', queryType: name, arguments: encoded(args) } }]));
    const answer = completion.successful?.commands?.find(isQueryAnswer)?.respondToQuery;
    if (answer?.failed) throw failureOf(answer.failed);
    return decoded(answer?.succeeded?.response) as T;
  }

  /** What the Temporal UI would show as current details. */
  async details(): Promise<string> {
    const { currentDetails } = await this.query<{ currentDetails?: string }>('__temporal_workflow_metadata');
    return currentDetails ?? '';
  }

  async cancel(): Promise<void> {
    this.cancelSoon();
    await this.pump();
  }

  /** A cancel, or an update, by someone who acts while a call is under way: it arrives with the next activation. */
  cancelSoon(): void {
    this.story.events += 1;
    this.jobs.push({ cancelWorkflow: { reason: 'cancelled in the middle' } });
  }

  updateSoon(name: string, args: readonly unknown[], id: string): void {
    if (this.updates.has(id)) return;
    this.updates.set(id, { kind: 'sent' });
    this.jobs.push({ doUpdate: { id, protocolInstanceId: id, name, input: encoded(args), runValidator: true, meta: { updateId: id, identity: 'test' } } });
  }

  /** The worker of a queue (or of all) dies with what it runs, and another one polls at once. */
  killWorker(queue?: string): void {
    for (const run of this.runs.values()) if (queue === undefined || run.queue === queue) run.lose();
  }

  /** Nobody polls the queue, until `poll`. What runs goes on. */
  unpoll(queue: string): void {
    this.unpolled.add(queue);
  }

  poll(queue: string): void {
    this.unpolled.delete(queue);
    for (const run of this.runs.values()) if (run.queue === queue) run.offer();
  }

  /** The result; throws what the workflow failed with. */
  result<T>(): T {
    if (this.outcome.kind === 'completed') return this.outcome.result as T;
    throw this.outcome.kind === 'failed' ? this.outcome.error : new Error(`The workflow is ${this.outcome.kind}.`);
  }

  async close(): Promise<void> {
    for (const run of this.runs.values()) run.abandon();
    await quiet();
    await this.workflow?.dispose();
    this.workflow = null;
    this.uninstall();
  }

  private async launch(args: NonNullable<coresdk.workflow_activation.IInitializeWorkflow['arguments']>, continuedFrom?: string): Promise<void> {
    const { workflowId, workflowType } = this.ids;
    this.generation += 1;
    this.workflow = await createWorkflow(this.options.workflowsPath ?? productWorkflows, { ...this.ids, now: this.time.now(), ...(continuedFrom === undefined ? {} : { continuedFrom }) });
    this.story.events += 1;
    this.jobs.unshift({ initializeWorkflow: { workflowId, workflowType, arguments: args } });
  }

  private async pump(): Promise<void> {
    for (;;) {
      await quiet();
      if (this.problem !== null) throw this.problem;
      if (this.jobs.length === 0 || this.outcome.kind !== 'running') return;
      await this.activate(this.jobs.splice(0));
    }
  }

  private async activate(jobs: readonly Job[]): Promise<void> {
    const workflow = this.sandbox();
    const completion = await workflow.activate(this.activation(jobs.toSorted((a, b) => orderOf(a) - orderOf(b))));
    await workflow.getAndResetSinkCalls();
    const { failed } = completion;
    // A failed task is retried for ever by a real server: a mistake in the workflow's code, never an outcome.
    if (failed) throw new Error(`workflow task failed: ${failed.failure?.message ?? ''}\n${failed.failure?.stackTrace ?? ''}`);
    this.story.events += 3;
    const commands = completion.successful?.commands ?? [];
    // A server starts no activity of an execution that the same task ends.
    const ends = commands.some(endsExecution);
    for (const command of commands) if (!(ends && command.scheduleActivity)) await this.obey(command);
  }

  private activation(jobs: readonly Job[]) {
    return coresdk.workflow_activation.WorkflowActivation.fromObject({ runId: this.ids.runId, timestamp: msToTs(this.time.now()), jobs, historyLength: this.story.events });
  }

  private async obey(command: Command): Promise<void> {
    const { story } = this;
    const summary = summaryOf(command);
    if (command.scheduleActivity) {
      const run = new ActivityRun(command.scheduleActivity, this.host());
      this.runs.set(command.scheduleActivity.seq ?? 0, run);
      story.events += 3;
      story.activities.push({ type: run.type, id: run.id, queue: run.queue, at: this.time.now(), summary });
    } else if (command.scheduleLocalActivity) this.runLocally(command.scheduleLocalActivity, summary);
    else if (command.requestCancelLocalActivity) this.runs.get(command.requestCancelLocalActivity.seq ?? 0)?.requestCancel();
    else if (command.requestCancelActivity) this.runs.get(command.requestCancelActivity.seq ?? 0)?.requestCancel();
    else if (command.startTimer) {
      const seq = command.startTimer.seq ?? 0;
      const ms = millisOf(command.startTimer.startToFireTimeout) ?? 0;
      story.events += 2;
      story.timers.push({ ms, at: this.time.now(), summary });
      this.timers.set(seq, this.time.schedule('workflow', ms, () => this.jobs.push({ fireTimer: { seq } })));
    } else if (command.cancelTimer) this.timers.get(command.cancelTimer.seq ?? 0)?.cancel();
    else if (command.updateResponse) this.answerUpdate(command.updateResponse);
    else if (command.upsertWorkflowSearchAttributes) {
      story.events += 1;
      for (const [key, payload] of Object.entries(command.upsertWorkflowSearchAttributes.searchAttributes?.indexedFields ?? {})) story.attributes[key] = decoded(payload);
    } else if (command.setPatchMarker) story.patches.push(command.setPatchMarker.patchId ?? '');
    else if (command.startChildWorkflowExecution) this.startChild(command.startChildWorkflowExecution);
    else if (command.completeWorkflowExecution) this.end({ kind: 'completed', result: decoded(command.completeWorkflowExecution.result) });
    else if (command.failWorkflowExecution) this.end({ kind: 'failed', error: failureOf(command.failWorkflowExecution.failure) });
    else if (command.cancelWorkflowExecution) this.end({ kind: 'cancelled' });
    else if (command.continueAsNewWorkflowExecution) await this.continueAs(command.continueAsNewWorkflowExecution);
    else if (!command.modifyWorkflowProperties) throw new Error(`The conductor does not know this command: ${JSON.stringify(command)}`);
  }

  /** Within the worker of the workflow itself; in the history it is one marker. */
  private runLocally(command: coresdk.workflow_commands.IScheduleLocalActivity, summary: string): void {
    const run = new ActivityRun({ ...command, taskQueue: this.ids.taskQueue }, this.host(true));
    this.runs.set(command.seq ?? 0, run);
    this.story.events += 1;
    this.story.activities.push({ type: run.type, id: run.type, queue: run.queue, at: this.time.now(), summary });
  }

  /** A child is only started here; who wants its story runs it with a conductor of its own. */
  private startChild({ seq, workflowType, workflowId, input }: coresdk.workflow_commands.IStartChildWorkflowExecution): void {
    this.story.children.push({ type: workflowType ?? '', id: workflowId ?? '', args: (input ?? []).map((payload) => decoded(payload)) });
    this.jobs.push({ resolveChildWorkflowExecutionStart: { seq: seq ?? 0, succeeded: { runId: `${workflowId}-run` } } });
  }

  private answerUpdate(response: coresdk.workflow_commands.IUpdateResponse): void {
    const id = response.protocolInstanceId ?? '';
    const wasAccepted = this.updates.get(id)?.kind === 'accepted';
    this.story.events += response.rejected && !wasAccepted ? 0 : 1;
    if (response.rejected) this.updates.set(id, { kind: wasAccepted ? 'failed' : 'rejected', error: failureOf(response.rejected) });
    else if (response.completed) this.updates.set(id, { kind: 'completed', value: decoded(response.completed) });
    else this.updates.set(id, { kind: 'accepted' });
  }

  private end(outcome: Outcome): void {
    this.outcome = outcome;
    for (const run of this.runs.values()) run.abandon();
    for (const timer of this.timers.values()) timer.cancel();
    this.runs.clear();
    this.timers.clear();
  }

  private async continueAs(next: coresdk.workflow_commands.IContinueAsNewWorkflowExecution): Promise<void> {
    const from = this.ids.runId;
    const args = next.arguments ?? [];
    this.end({ kind: 'running' });
    this.jobs = this.jobs.filter((job) => job.signalWorkflow || job.doUpdate || job.cancelWorkflow);
    await this.workflow?.dispose();
    this.ids = { ...this.ids, workflowType: next.workflowType || this.ids.workflowType, runId: `${from}+` };
    this.story.continued.push({ type: this.ids.workflowType, args: args.map((payload) => decoded(payload)) });
    await this.launch(args, from);
  }

  private host(isLocal = false): ActivityHost {
    const { generation } = this;
    return {
      time: this.time,
      implementations: this.options.activities,
      workflow: this.ids,
      isPolled: (queue) => !this.unpolled.has(queue),
      resolve: (seq, result) => {
        if (generation === this.generation) this.jobs.push({ resolveActivity: { seq, result, isLocal } });
      },
      broken: (error) => (this.problem ??= error),
    };
  }

  private sandbox(): Workflow {
    if (this.workflow !== null) return this.workflow;
    throw new Error('The workflow was not started, or is closed.');
  }
}
