import { randomUUID } from 'node:crypto';
import { WorkflowExecutionAlreadyStartedError, type Client } from '@temporalio/client';
import { ChangeoverError } from '../domain/errors.js';
import { CONTROL_QUEUE } from '../domain/names.js';
import type { Assessment, RecoverRequest } from '../domain/recovery.js';
import type { AssessRequest } from '../workflows/assess.js';
import type { assess, recover } from '../workflows/index.js';
import { runOptions, WORKFLOW_TASK_TIMEOUT } from './run-options.js';
import type { Started } from './start.js';

/** What a run without a workflow left on every site, and where it can go. Changes nothing and may run beside anything. */
export async function assessRun(client: Client, request: AssessRequest): Promise<Assessment> {
  return client.workflow.execute<typeof assess>('assess', {
    taskQueue: CONTROL_QUEUE,
    workflowId: `changeover-look/${request.unit.name}-${randomUUID()}`,
    args: [request],
    workflowTaskTimeout: WORKFLOW_TASK_TIMEOUT,
    staticSummary: `Looking at what a run of ${request.unit.name} left`,
  });
}

/**
 * Looks, then takes the lost run up again as `recoverRun` does. What cannot be recovered, another run than the sender saw, and a way that
 * is not open are refused with the sentences, and nothing is started.
 */
export async function recoverSeen(client: Client, request: RecoverRequest): Promise<Omit<Started, 'found'>> {
  const { run, reasons, advice, target } = await assessRun(client, request);
  const refused = (sentence: string, more: readonly string[] = []) => new ChangeoverError('Refused', `${sentence} Nothing was changed.`, { reasons: [sentence, ...more] });
  if (run === null) throw refused(`${request.unit.name} cannot be recovered.`, reasons);
  if (run !== request.run) throw refused(`The records name run ${run}, not ${request.run}.`);
  // Where a person must settle the roles first, what is open is told by them then.
  if (advice?.kind === 'open' && request.way !== 'recommended' && !advice.ways.includes(request.way)) throw refused(`The way ${request.way} is not open as the roles are; open: ${advice.ways.join(', ')}.`);
  return recoverRun(client, request, target);
}

/** Takes the lost run up again, under the unit's own id: refused while a run is open. `target`: that of the lost run as it was shown, for who looks at open runs. */
export async function recoverRun(client: Client, request: RecoverRequest, target: string | null): Promise<Omit<Started, 'found'>> {
  const common = runOptions(request);
  const { workflowId } = common;
  try {
    const handle = await client.workflow.start<typeof recover>('recover', {
      ...common,
      args: [request],
      staticSummary: `Recovering run ${request.run} of ${request.unit.name}: ${request.reason}`,
      memo: { ...common.memo, ...(target === null ? {} : { target }) },
    });
    return { run: request.run, workflowId, temporalRunId: handle.firstExecutionRunId };
  } catch (cause) {
    if (!(cause instanceof WorkflowExecutionAlreadyStartedError)) throw cause;
    throw new ChangeoverError('Busy', `A run of ${request.unit.name} is open, so nothing is lost; see changeover status ${request.unit.name}.`, { cause });
  }
}
