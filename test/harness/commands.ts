import { defaultFailureConverter, defaultPayloadConverter, toPayloads, type Payload } from '@temporalio/common';
import type { coresdk, temporal } from '@temporalio/proto';

export type Job = coresdk.workflow_activation.IWorkflowActivationJob;
export type Command = coresdk.workflow_commands.IWorkflowCommand;

/** What the workflow asked for, for assertions. */
export interface Story {
  readonly activities: { type: string; id: string; queue: string; at: number; summary: string }[];
  readonly timers: { ms: number; at: number; summary: string }[];
  readonly attributes: Record<string, unknown>;
  readonly patches: string[];
  readonly children: { type: string; id: string; args: readonly unknown[] }[];
  readonly continued: { type: string; args: readonly unknown[] }[];
  /** About as many as the history would have. */
  events: number;
}

export type Outcome =
  | { readonly kind: 'running' }
  | { readonly kind: 'completed'; readonly result: unknown }
  | { readonly kind: 'failed'; readonly error: Error }
  | { readonly kind: 'cancelled' };

export type UpdateOutcome =
  | { readonly kind: 'rejected'; readonly error: Error }
  | { readonly kind: 'failed'; readonly error: Error }
  | { readonly kind: 'completed'; readonly value: unknown }
  /** The handler still works. */
  | { readonly kind: 'accepted' }
  | { readonly kind: 'sent' };

/** Core's order inside one activation: init, patches, seed, messages, the rest. */
export function orderOf(job: Job): number {
  if (job.initializeWorkflow) return 0;
  if (job.notifyHasPatch) return 1;
  if (job.updateRandomSeed) return 2;
  if (job.signalWorkflow || job.doUpdate) return 3;
  return 4;
}

export function encoded(args: readonly unknown[]): Payload[] {
  return toPayloads(defaultPayloadConverter, ...args) ?? [];
}

export function decoded(payload: Payload | null | undefined): unknown {
  return payload === null || payload === undefined ? undefined : defaultPayloadConverter.fromPayload(payload);
}

export function failureOf(failure: temporal.api.failure.v1.IFailure | null | undefined): Error {
  return failure ? defaultFailureConverter.failureToError(failure, defaultPayloadConverter) : new Error('a failure without content');
}

export function isQueryAnswer(command: Command): boolean {
  return command.respondToQuery !== null && command.respondToQuery !== undefined;
}

/** The one-line summary that people see beside an activity or a timer. */
export function summaryOf(command: Command): string {
  const summary = decoded(command.userMetadata?.summary);
  return typeof summary === 'string' ? summary : '';
}

/** Whether nothing of the execution goes on after it. */
export function endsExecution(command: Command): boolean {
  return Boolean(command.completeWorkflowExecution ?? command.failWorkflowExecution ?? command.cancelWorkflowExecution ?? command.continueAsNewWorkflowExecution);
}
