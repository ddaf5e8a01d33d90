import { WorkflowNotFoundError, type Client } from '@temporalio/client';
import { ChangeoverError } from '../domain/errors.js';
import { workflowIdOf } from '../domain/names.js';
import { runOf } from './status.js';

/** The unit's newest execution, as Temporal itself knows it: no worker is asked. */
export interface NewestRun {
  readonly run: string;
  /** Where it moves the application; null for an adoption, which moves nothing. */
  readonly target: string | null;
  readonly open: boolean;
}

/** Null: Temporal knows none. Throws `Unreachable` when it does not answer. */
export async function newestRun(client: Client, unit: string): Promise<NewestRun | null> {
  try {
    const { memo, status, runId, type } = await client.workflow.getHandle(workflowIdOf(unit)).describe();
    const target = memo?.['target'];
    return { run: runOf(memo) ?? runId, target: type === 'adopt' ? null : typeof target === 'string' ? target : 'unknown', open: status.name === 'RUNNING' };
  } catch (cause) {
    if (cause instanceof WorkflowNotFoundError) return null;
    throw new ChangeoverError('Unreachable', `Temporal does not answer: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
  }
}
