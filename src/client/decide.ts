import { WorkflowNotFoundError, WorkflowUpdateFailedError, type Client } from '@temporalio/client';
import { ChangeoverError } from '../domain/errors.js';
import { workflowIdOf } from '../domain/names.js';
import type { Decision, DecisionRecord } from '../domain/status.js';
import { decideUpdate } from '../workflows/messages.js';

/** Sends a decision. Its id makes it idempotent; a rejected one says what is possible now. */
export async function decide(client: Client, unit: string, decision: Decision): Promise<DecisionRecord> {
  try {
    const record = await client.workflow.getHandle(workflowIdOf(unit)).executeUpdate(decideUpdate, { args: [decision], updateId: decision.id });
    if (record.kind !== decision.kind || record.by !== decision.by) throw new ChangeoverError('Refused', `The id ${decision.id} was used before, for ${record.kind} by ${record.by}; nothing was done.`);
    return record;
  } catch (cause) {
    if (cause instanceof WorkflowUpdateFailedError) throw new ChangeoverError('Refused', cause.cause instanceof Error ? cause.cause.message : cause.message, { cause });
    if (cause instanceof WorkflowNotFoundError) throw new ChangeoverError('NotFound', `No run of ${unit} is open.`, { cause });
    throw cause;
  }
}
