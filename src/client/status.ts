import { WorkflowNotFoundError, type Client } from '@temporalio/client';
import { ChangeoverError } from '../domain/errors.js';
import { workflowIdOf } from '../domain/names.js';
import type { Status } from '../domain/status.js';
import { statusQuery } from '../workflows/messages.js';

/** The run's id that a start left in the memo. */
export function runOf(memo: Record<string, unknown> | undefined): string | null {
  const run = memo?.['run'];
  return typeof run === 'string' ? run : null;
}

/** What the unit's newest run, or the one that is named, says about itself. Needs a control worker; works on closed runs while their history is kept. */
export async function readStatus(client: Client, unit: string, temporalRunId?: string): Promise<Status> {
  try {
    return await client.workflow.getHandle(workflowIdOf(unit), temporalRunId).query(statusQuery);
  } catch (cause) {
    if (cause instanceof WorkflowNotFoundError) throw new ChangeoverError('NotFound', `There is no run of ${unit}. Start one with: changeover migrate ${unit} --to SITE --reason "…"`, { cause });
    throw new ChangeoverError('Unreachable', `The run of ${unit} does not answer: is a control worker running? (${cause instanceof Error ? cause.message : String(cause)})`, { cause });
  }
}

export interface RunSummary {
  readonly unit: string;
  readonly run: string;
  readonly status: string;
  readonly startedAt: string;
  readonly closedAt: string | null;
}

/** Runs that Temporal still knows, newest first. */
export async function listRuns(client: Client, limit: number): Promise<readonly RunSummary[]> {
  const runs: RunSummary[] = [];
  for await (const info of client.workflow.list({ query: 'WorkflowType IN ("plannedMigration", "turnBack", "goForward") AND ExecutionStatus != "ContinuedAsNew"' })) {
    runs.push({ unit: info.workflowId.replace(/^changeover\//, ''), run: runOf(info.memo) ?? info.runId, status: info.status.name, startedAt: info.startTime.toISOString(), closedAt: info.closeTime?.toISOString() ?? null });
    if (runs.length >= limit) break;
  }
  return runs;
}

/** How many events the newest run's history has. */
export async function historyEvents(client: Client, unit: string): Promise<number> {
  return (await client.workflow.getHandle(workflowIdOf(unit)).describe()).historyLength;
}
