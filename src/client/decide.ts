import { isGrpcServiceError, ServiceError, WorkflowNotFoundError, WorkflowUpdateFailedError, type Client } from '@temporalio/client';
import { ChangeoverError } from '../domain/errors.js';
import { workflowIdOf } from '../domain/names.js';
import type { Decision, DecisionRecord } from '../domain/status.js';
import { decideUpdate } from '../workflows/messages.js';

/** How often a decision is sent again where the server could not finish it, and the pause before that, milliseconds. */
const TRIES = 5;
const PAUSE_MS = 300;

/** Sends a decision to the unit's newest run, or to the one that is named. Its id makes it idempotent; a rejected one says what is possible now. */
export async function decide(client: Client, to: string | { readonly unit: string; readonly temporalRunId: string }, decision: Decision): Promise<DecisionRecord> {
  const { unit, temporalRunId } = typeof to === 'string' ? { unit: to, temporalRunId: undefined } : to;
  try {
    const record = await sent(() => client.workflow.getHandle(workflowIdOf(unit), temporalRunId).executeUpdate(decideUpdate, { args: [decision], updateId: decision.id }));
    if (record.kind !== decision.kind || record.by !== decision.by) throw new ChangeoverError('KeyReused', `The id ${decision.id} was used before, for ${record.kind} by ${record.by}; nothing was done.`);
    return record;
  } catch (cause) {
    if (cause instanceof WorkflowUpdateFailedError) throw new ChangeoverError('Refused', cause.cause instanceof Error ? cause.cause.message : cause.message, { cause });
    if (cause instanceof WorkflowNotFoundError) throw new ChangeoverError('NotFound', `No run of ${unit} is open.`, { cause });
    throw cause;
  }
}

/**
 * A run that continues as another procedure by the decision itself may fail that very workflow task when something else came meanwhile.
 * The server does the task again; only who sent the decision is told that it failed. Sent again under its id, it is the same one.
 */
async function sent<T>(send: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await send();
    } catch (error) {
      if (attempt === TRIES || !isTaskFailure(error)) throw error;
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    }
  }
}

function isTaskFailure(error: unknown): boolean {
  return error instanceof ServiceError && isGrpcServiceError(error.cause) && /workflow task failure/.test(error.cause.message);
}
