import { ActivityCancellationDetails, ActivityFailure, CancelledFailure, defaultFailureConverter, defaultPayloadConverter, ensureApplicationFailure, TimeoutFailure, type ApplicationFailure, type RetryState } from '@temporalio/common';
import { msOptionalToNumber } from '@temporalio/common/lib/time.js';
import type { coresdk } from '@temporalio/proto';
import { MockActivityEnvironment } from '@temporalio/testing';
import { quietLogger } from './quiet-logger.js';
import { millisOf, retryDelay, type RetryPolicy } from './retry.js';
import type { Appointment, VirtualTime } from './virtual-time.js';

export type Implementation = (...args: never[]) => Promise<unknown>;
type Resolution = coresdk.activity_result.IActivityResolution;

/** What an activity needs of the conductor. */
export interface ActivityHost {
  readonly time: VirtualTime;
  readonly implementations: Readonly<Record<string, Implementation>>;
  readonly workflow: { readonly workflowId: string; readonly runId: string; readonly workflowType: string };
  isPolled(queue: string): boolean;
  resolve(seq: number, resolution: Resolution): void;
  /** A mistake of the test, not of the workflow. */
  broken(error: Error): void;
}

interface Attempt {
  readonly env: MockActivityEnvironment;
  readonly appointments: Appointment[];
  heartbeat: Appointment | null;
  /** Its worker was killed: nothing it says arrives any more, though its effects may. */
  lost: boolean;
}

const identity = 'conductor';
/** Values of `coresdk.workflow_commands.ActivityCancellationType`. */
const waitForCancellation = 1;

/** One scheduled activity as the server keeps it: queue, tries, timeouts, cancellation, all in virtual time. */
export class ActivityRun {
  readonly type: string;
  readonly queue: string;
  readonly id: string;
  attempts = 0;
  private readonly seq: number;
  private readonly timeouts: { toStart: number | null; toClose: number | null; startToClose: number | null; heartbeat: number | null };
  private readonly policy: RetryPolicy;
  private readonly scheduledAt: number;
  private current: Attempt | null = null;
  private waiting: Appointment | null = null;
  private readonly deadline: Appointment | null;
  private beat: unknown = undefined;
  private lastFailure: Error | null = null;
  private cancelRequested = false;
  private isBackingOff = false;
  closed = false;

  constructor(private readonly command: coresdk.workflow_commands.IScheduleActivity, private readonly host: ActivityHost) {
    this.type = command.activityType ?? '';
    this.queue = command.taskQueue ?? '';
    this.id = command.activityId ?? '';
    this.seq = command.seq ?? 0;
    this.policy = command.retryPolicy ?? {};
    this.timeouts = {
      toStart: millisOf(command.scheduleToStartTimeout),
      toClose: millisOf(command.scheduleToCloseTimeout),
      startToClose: millisOf(command.startToCloseTimeout),
      heartbeat: millisOf(command.heartbeatTimeout),
    };
    this.scheduledAt = host.time.now();
    this.deadline = this.timeouts.toClose === null ? null : host.time.schedule('activity', this.timeouts.toClose, () => this.timeOut('SCHEDULE_TO_CLOSE'));
    this.enqueue();
  }

  /** A worker polls the queue (again). */
  offer(): void {
    if (this.host.isPolled(this.queue)) queueMicrotask(() => this.begin());
  }

  /** The worker that runs it dies: no answer, no beat. The server notices by the heartbeat timeout. */
  lose(): void {
    if (this.current !== null) this.current.lost = true;
  }

  requestCancel(): void {
    if (this.closed) return;
    this.cancelRequested = true;
    // Cancellation travels by heartbeat only; without an attempt there is nobody to ask.
    if (this.command.cancellationType !== waitForCancellation || this.current === null) this.closeCancelled();
  }

  /** The workflow is over: whatever still runs is told so. */
  abandon(): void {
    const { current } = this;
    this.close();
    current?.env.cancel('NOT_FOUND', new ActivityCancellationDetails({ notFound: true }));
  }

  private enqueue(): void {
    this.isBackingOff = false;
    this.waiting = this.timeouts.toStart === null ? null : this.host.time.schedule('activity', this.timeouts.toStart, () => this.timeOut('SCHEDULE_TO_START'));
    this.offer();
  }

  private begin(): void {
    if (this.closed || this.current !== null || this.isBackingOff) return;
    const { time, workflow } = this.host;
    const implementation = this.host.implementations[this.type];
    if (implementation === undefined) return this.host.broken(new Error(`No activity ${this.type} is registered.`));
    this.waiting?.cancel();
    this.attempts += 1;
    const env = new MockActivityEnvironment(
      {
        attempt: this.attempts,
        activityId: this.id,
        activityType: this.type,
        taskQueue: this.queue,
        workflowExecution: { workflowId: workflow.workflowId, runId: workflow.runId },
        workflowType: workflow.workflowType,
        scheduledTimestampMs: this.scheduledAt,
        currentAttemptScheduledTimestampMs: time.now(),
        startToCloseTimeoutMs: this.timeouts.startToClose ?? this.timeouts.toClose ?? 0,
        scheduleToCloseTimeoutMs: this.timeouts.toClose ?? 0,
        ...(this.timeouts.heartbeat === null ? {} : { heartbeatTimeoutMs: this.timeouts.heartbeat }),
        heartbeatDetails: this.beat,
      },
      { logger: quietLogger },
    );
    const attempt: Attempt = { env, appointments: [], heartbeat: null, lost: false };
    this.current = attempt;
    if (this.timeouts.startToClose !== null) attempt.appointments.push(time.schedule('activity', this.timeouts.startToClose, () => this.timeOut('START_TO_CLOSE')));
    this.expectBeat(attempt);
    env.on('heartbeat', (details: unknown) => this.onBeat(attempt, details));
    const args = (this.command.arguments ?? []).map((payload) => defaultPayloadConverter.fromPayload(payload));
    env.run(implementation as (...args: unknown[]) => Promise<unknown>, ...args).then(
      (value) => this.onValue(attempt, value),
      (error: unknown) => this.onError(attempt, error),
    );
  }

  private expectBeat(attempt: Attempt): void {
    attempt.heartbeat?.cancel();
    attempt.heartbeat = this.timeouts.heartbeat === null ? null : this.host.time.schedule('activity', this.timeouts.heartbeat, () => this.timeOut('HEARTBEAT'));
  }

  private onBeat(attempt: Attempt, details: unknown): void {
    if (attempt !== this.current || attempt.lost) return;
    this.beat = details;
    this.expectBeat(attempt);
    if (this.cancelRequested) queueMicrotask(() => attempt.env.cancel('CANCELLED', new ActivityCancellationDetails({ cancelRequested: true })));
  }

  private onValue(attempt: Attempt, value: unknown): void {
    if (attempt !== this.current || attempt.lost) return;
    this.close({ completed: { result: defaultPayloadConverter.toPayload(value) } });
  }

  private onError(attempt: Attempt, error: unknown): void {
    if (attempt !== this.current || attempt.lost) return;
    const aborted = error instanceof CancelledFailure || (error instanceof Error && error.name === 'AbortError');
    if (aborted && this.cancelRequested) return this.closeCancelled();
    const failure = ensureApplicationFailure(error);
    this.again(failure, failure);
  }

  private timeOut(kind: 'SCHEDULE_TO_START' | 'SCHEDULE_TO_CLOSE' | 'START_TO_CLOSE' | 'HEARTBEAT'): void {
    const error = new TimeoutFailure(`activity ${kind.replaceAll('_', '-').toLowerCase()} timeout`, this.beat, kind);
    const { current } = this;
    // The attempt goes on somewhere, unheard: what it still does, it does late (law 8).
    current?.env.cancel('TIMED_OUT', new ActivityCancellationDetails({ timedOut: true }));
    if (kind === 'SCHEDULE_TO_START' || kind === 'SCHEDULE_TO_CLOSE') {
      if (this.lastFailure !== null) Object.assign(error, { cause: this.lastFailure });
      return this.closeFailed(error, kind === 'SCHEDULE_TO_CLOSE' ? 'TIMEOUT' : 'NON_RETRYABLE_FAILURE');
    }
    this.again(error, null);
  }

  /** The server's decision after a failed attempt. */
  private again(error: Error, failure: ApplicationFailure | null): void {
    this.endAttempt();
    this.lastFailure = error;
    if (this.cancelRequested) return this.closeFailed(error, 'CANCEL_REQUESTED');
    const isFinal = failure !== null && (failure.nonRetryable === true || (this.policy.nonRetryableErrorTypes ?? []).includes(failure.type ?? ''));
    if (isFinal) return this.closeFailed(error, 'NON_RETRYABLE_FAILURE');
    const most = this.policy.maximumAttempts ?? 0;
    if (most > 0 && this.attempts >= most) return this.closeFailed(error, 'MAXIMUM_ATTEMPTS_REACHED');
    const delay = msOptionalToNumber(failure?.nextRetryDelay ?? undefined) ?? retryDelay(this.policy, this.attempts);
    if (this.deadline !== null && this.host.time.now() + delay >= this.deadline.at) return this.closeFailed(error, 'TIMEOUT');
    this.isBackingOff = true;
    this.waiting = this.host.time.schedule('activity', delay, () => this.enqueue());
  }

  private closeFailed(error: Error, retryState: RetryState): void {
    const failure = new ActivityFailure(error instanceof TimeoutFailure ? 'Activity task timed out' : 'Activity task failed', this.type, this.id, retryState, identity, error);
    this.close({ failed: { failure: defaultFailureConverter.errorToFailure(failure, defaultPayloadConverter) } });
  }

  private closeCancelled(): void {
    const failure = new ActivityFailure('Activity task cancelled', this.type, this.id, 'CANCEL_REQUESTED', identity, new CancelledFailure('Activity cancelled'));
    this.close({ cancelled: { failure: defaultFailureConverter.errorToFailure(failure, defaultPayloadConverter) } });
  }

  private close(resolution?: Resolution): void {
    if (this.closed) return;
    this.closed = true;
    this.endAttempt();
    this.waiting?.cancel();
    this.deadline?.cancel();
    if (resolution !== undefined) this.host.resolve(this.seq, resolution);
  }

  private endAttempt(): void {
    this.current?.heartbeat?.cancel();
    for (const appointment of this.current?.appointments ?? []) appointment.cancel();
    this.current = null;
  }
}
