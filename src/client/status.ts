import { WorkflowNotFoundError, type Client } from '@temporalio/client';
import { ChangeoverError } from '../domain/errors.js';
import { unitOfWorkflow, workflowIdOf } from '../domain/names.js';
import type { Status } from '../domain/status.js';
import { statusQuery } from '../workflows/messages.js';
import { attributes } from '../workflows/search-attributes.js';
import { procedureOf, RUNS } from './run-types.js';

/** The run's id that a start left in the memo. */
export function runOf(memo: Record<string, unknown> | undefined): string | null {
  const run = memo?.['run'];
  return typeof run === 'string' ? run : null;
}

/** A worker that replays a long history needs a moment; one that is not there is asked for longer by the server. */
const QUERY_MS = 10_000;

/** What the unit's newest run, or the one that is named, says about itself. Needs a control worker; works on closed runs while their history is kept. */
export async function readStatus(client: Client, unit: string, temporalRunId?: string): Promise<Status> {
  try {
    return await client.withDeadline(Date.now() + QUERY_MS, () => client.workflow.getHandle(workflowIdOf(unit), temporalRunId).query(statusQuery));
  } catch (cause) {
    if (cause instanceof WorkflowNotFoundError) throw new ChangeoverError('NotFound', `There is no run of ${unit}. Start one with: changeover migrate ${unit} --to SITE --reason "…"`, { cause });
    return leftBehind(client, unit, { temporalRunId, cause });
  }
}

/** The run does not answer. One that is over may have left its last status, or says at least how it ended; its build may be gone. */
async function leftBehind(client: Client, unit: string, { temporalRunId, cause }: { readonly temporalRunId: string | undefined; readonly cause: unknown }): Promise<Status> {
  const handle = client.workflow.getHandle<() => Promise<Status>>(workflowIdOf(unit), temporalRunId);
  const run = await handle.describe().catch(() => null);
  if (run?.status.name === 'COMPLETED' && procedureOf(run.type) !== null) return handle.result();
  const outcome = run?.closeTime === undefined ? null : (run.typedSearchAttributes.get(attributes.outcome) ?? run.status.name.toLowerCase());
  const why = cause instanceof Error ? cause.message : String(cause);
  throw new ChangeoverError(
    'Unreachable',
    outcome === null
      ? `The run of ${unit} does not answer: is a control worker of its build running? See changeover workers. (${why})`
      : `The last run of ${unit} is over (${outcome}); what it said of itself can be asked only while a control worker of its build runs. See changeover workers. (${why})`,
    { cause },
  );
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
  for await (const info of client.workflow.list({ query: RUNS })) {
    runs.push({ unit: unitOfWorkflow(info.workflowId), run: runOf(info.memo) ?? info.runId, status: info.status.name, startedAt: info.startTime.toISOString(), closedAt: info.closeTime?.toISOString() ?? null });
    if (runs.length >= limit) break;
  }
  return runs;
}

/** How many events the newest run's history has. */
export async function historyEvents(client: Client, unit: string): Promise<number> {
  return (await client.workflow.getHandle(workflowIdOf(unit)).describe()).historyLength;
}
