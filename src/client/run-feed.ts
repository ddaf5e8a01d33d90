import { WorkflowNotFoundError, type Client } from '@temporalio/client';
import { ChangeoverError } from '../domain/errors.js';
import { workflowIdOf } from '../domain/names.js';
import type { Status } from '../domain/status.js';
import { readStatus } from './status.js';

/** What following a run needs of Temporal: two calls that wait or answer. Both take the caller's signal. */
export interface RunFeed {
  /** Temporal's id of the unit's newest run. Throws `NotFound` where there is none. */
  find(): Promise<string>;
  /** Waits until the history has grown past `token` and says what came; without a token, what is there already. Null: the history is gone. */
  more(runId: string, token: Uint8Array | null, signal: AbortSignal): Promise<Growth | null>;
  status(runId: string): Promise<Status>;
}

export interface Growth {
  /** Of the newest event that came; null when the server had nothing to say and wants to be asked again. */
  readonly lastEvent: number | null;
  /** The workflow's own code ran: only then can its status be another. */
  readonly ranCode: boolean;
  /** Where to go on; null: the run is closed and nothing follows. */
  readonly token: Uint8Array | null;
}

/** A little longer than the server holds a long poll (20 s), so that a server that is gone is noticed. */
const LONG_POLL_MS = 30_000;

/** EventType (temporal.api.enums.v1): the end of a workflow task is the only moment at which a run's own state changes. */
const WORKFLOW_TASK_COMPLETED = 7;

export function runFeed(client: Client, unit: string): RunFeed {
  const workflowId = workflowIdOf(unit);
  return {
    async find() {
      try {
        return (await client.workflow.getHandle(workflowId).describe()).runId;
      } catch (cause) {
        if (cause instanceof WorkflowNotFoundError) throw new ChangeoverError('NotFound', `There is no run of ${unit}.`, { cause });
        throw cause;
      }
    },
    async more(runId, token, signal) {
      const request = { namespace: client.options.namespace, execution: { workflowId, runId }, waitNewEvent: true, ...(token === null ? {} : { nextPageToken: token }) };
      // The SDK never takes its listener off the signal it is given; each call has its own.
      const call = new AbortController();
      const onAbort = () => call.abort();
      signal.addEventListener('abort', onAbort, { once: true });
      const answer = await client
        .withDeadline(Date.now() + LONG_POLL_MS, () => client.withAbortSignal(call.signal, () => client.workflowService.getWorkflowExecutionHistory(request)))
        .catch((error: unknown) => {
          if (isGone(error)) return null;
          throw error;
        })
        .finally(() => signal.removeEventListener('abort', onAbort));
      if (answer === null) return null;
      const events = answer.history?.events ?? [];
      const last = events.at(-1)?.eventId;
      return {
        lastEvent: last === undefined || last === null ? null : Number(last),
        ranCode: events.some((event) => event.eventType === WORKFLOW_TASK_COMPLETED),
        token: answer.nextPageToken !== null && answer.nextPageToken !== undefined && answer.nextPageToken.length > 0 ? answer.nextPageToken : null,
      };
    },
    status: (runId) => readStatus(client, unit, runId),
  };
}

/** gRPC status NOT_FOUND: retention has removed the run. */
const NOT_FOUND = 5;

function isGone(error: unknown): boolean {
  return typeof error === 'object' && error !== null && 'code' in error && error.code === NOT_FOUND;
}
