import { WorkflowNotFoundError, WorkflowUpdateFailedError, type Client } from '@temporalio/client';
import { ChangeoverError } from '../domain/errors.js';
import { workflowIdOf } from '../domain/names.js';
import type { Decision, DecisionRecord } from '../domain/status.js';
import { decideUpdate } from '../workflows/messages.js';

/** Sends a decision to the unit's newest run, or to the one that is named. Its id makes it idempotent; a rejected one says what is possible now. */
export async function decide(client: Client, to: string | { readonly unit: string; readonly temporalRunId: string }, decision: Decision): Promise<DecisionRecord> {
  const { unit, temporalRunId } = typeof to === 'string' ? { unit: to, temporalRunId: undefined } : to;
  try {
    const record = await client.workflow.getHandle(workflowIdOf(unit), temporalRunId).executeUpdate(decideUpdate, { args: [decision], updateId: decision.id });
    if (record.kind !== decision.kind || record.by !== decision.by) throw new ChangeoverError('KeyReused', `The id ${decision.id} was used before, for ${record.kind} by ${record.by}; nothing was done.`);
    return record;
  } catch (cause) {
    if (cause instanceof WorkflowUpdateFailedError) throw new ChangeoverError('Refused', cause.cause instanceof Error ? cause.cause.message : cause.message, { cause });
    if (cause instanceof WorkflowNotFoundError) throw new ChangeoverError('NotFound', `No run of ${unit} is open.`, { cause });
    throw cause;
  }
}
