import { WorkflowNotFoundError, type Client, type WorkflowExecutionInfo } from '@temporalio/client';
import { executionInfoFromRaw } from '@temporalio/client/lib/helpers.js';
import { ChangeoverError } from '../domain/errors.js';
import { CONTROL_QUEUE, unitOfWorkflow, workflowIdOf } from '../domain/names.js';
import type { Procedure } from '../domain/request.js';
import { attributes } from '../workflows/search-attributes.js';
import { procedureOf, RUNS } from './run-types.js';
import { runOf } from './status.js';

/** A run as Temporal's visibility shows it: nothing was asked of the run itself. */
export interface RunRow {
  readonly run: string;
  readonly plan: string;
  /** Namespace of the DR plan; null for runs that were started before it was noted. */
  readonly namespace: string | null;
  /** What the run is now; one that turned back was something else before. */
  readonly procedure: Procedure;
  readonly source: string | null;
  readonly target: string | null;
  readonly phase: string | null;
  /** How it closed; null while it is open. `terminated`, `timed-out` and `failed`: it could not say so itself, and nothing was undone. */
  readonly outcome: string | null;
  readonly reason: string | null;
  readonly requestedBy: string | null;
  /** When it began, or went on as another procedure. */
  readonly startedAt: string;
  readonly closedAt: string | null;
  readonly workflowId: string;
  readonly temporalRunId: string;
}

export interface RunFilter {
  readonly plan?: string | undefined;
  readonly phase?: string | undefined;
  readonly outcome?: string | undefined;
  /** Source or target. */
  readonly site?: string | undefined;
  /** Started at this moment or later, ISO 8601. */
  readonly since?: string | undefined;
}

/** One page, newest first among the open ones and then among the closed ones; `next` continues it and is null at the end. One question to Temporal, however many runs. */
export async function pageOfRuns(client: Client, filter: RunFilter, page: { readonly limit: number; readonly token: Uint8Array | null }): Promise<{ runs: readonly RunRow[]; next: Uint8Array | null }> {
  const { namespace } = client.options;
  const answer = await client.workflowService.listWorkflowExecutions({ namespace, query: queryOf(filter), pageSize: page.limit, ...(page.token === null ? {} : { nextPageToken: page.token }) });
  const raw = answer.executions ?? [];
  const runs = await Promise.all(raw.map(async (one) => rowOf(await executionInfoFromRaw(one, client.options.loadedDataConverter, one, namespace))));
  const next = answer.nextPageToken;
  return { runs, next: next === undefined || next === null || next.length === 0 ? null : next };
}

/** So many runs are looked through for an id that does not say its unit. */
const LOOKED_THROUGH = 2_000;

/** The run with this id, wherever it stands: an id made by us says its unit; any other is looked for among the newest runs. */
export async function findRun(client: Client, run: string): Promise<RunRow> {
  const unit = /^(.+)-\d{8}-\d{4}-[0-9a-f]{4}$/.exec(run)?.[1];
  if (unit !== undefined) {
    const newest = await newestRun(client, unit);
    if (newest?.run === run) return newest;
  }
  const query = unit === undefined ? RUNS : `${RUNS} AND WorkflowId = ${quoted(workflowIdOf(unit))}`;
  let seen = 0;
  for await (const info of client.workflow.list({ query })) {
    const row = rowOf(info);
    if (row.run === run || row.temporalRunId === run) return row;
    seen += 1;
    if (seen >= LOOKED_THROUGH) break;
  }
  throw new ChangeoverError('NotFound', `There is no run ${run}, or Temporal no longer keeps it.`);
}

/** The unit's newest run, read where Temporal is never behind; null where it has none. Adoption under the same id is no run. */
export async function newestRun(client: Client, unit: string): Promise<(RunRow & { readonly memo: Record<string, unknown> }) | null> {
  try {
    const info = await client.workflow.getHandle(workflowIdOf(unit)).describe();
    return procedureOf(info.type) !== null ? { ...rowOf(info), memo: info.memo ?? {} } : null;
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return null;
    throw error;
  }
}

/** All runs at work; as many as there are units at most. */
export async function openRuns(client: Client): Promise<readonly RunRow[]> {
  const found: RunRow[] = [];
  for await (const info of client.workflow.list({ query: `${RUNS} AND ExecutionStatus = "Running"` })) found.push(rowOf(info));
  return found;
}

/** Ids of everything of ours that is open: runs, debts that are still being settled, adoptions, preflights. */
export async function openWork(client: Client): Promise<readonly string[]> {
  const ids: string[] = [];
  for await (const { workflowId } of client.workflow.list({ query: `TaskQueue = ${quoted(CONTROL_QUEUE)} AND ExecutionStatus = "Running"` })) ids.push(workflowId);
  return ids;
}

/** A string of Temporal's list filter. Values come checked; quotes are escaped all the same. */
export function quoted(value: string): string {
  return `"${value.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;
}

/** Runs that could not say themselves how they ended. */
const unsaid: Readonly<Record<string, string>> = {
  terminated: 'ExecutionStatus = "Terminated"',
  'timed-out': 'ExecutionStatus = "TimedOut"',
  failed: `ExecutionStatus IN ("Failed", "Canceled") AND ${attributes.outcome.name} IS NULL`,
};

function queryOf({ plan, phase, outcome, site, since }: RunFilter): string {
  const is = (attribute: { readonly name: string }, value: string) => `${attribute.name} = ${quoted(value)}`;
  return [
    RUNS,
    ...(plan === undefined ? [] : [is(attributes.plan, plan)]),
    ...(phase === undefined ? [] : [is(attributes.phase, phase)]),
    ...(outcome === undefined ? [] : [unsaid[outcome] ?? is(attributes.outcome, outcome)]),
    ...(site === undefined ? [] : [`(${is(attributes.source, site)} OR ${is(attributes.target, site)})`]),
    ...(since === undefined ? [] : [`StartTime >= ${quoted(since)}`]),
  ].join(' AND ');
}

export function rowOf(info: Pick<WorkflowExecutionInfo, 'memo' | 'typedSearchAttributes' | 'type' | 'workflowId' | 'runId' | 'status' | 'startTime' | 'closeTime'>): RunRow {
  const memo = info.memo ?? {};
  const text = (value: unknown): string | null => (typeof value === 'string' ? value : null);
  const found = info.typedSearchAttributes;
  return {
    run: runOf(memo) ?? info.runId,
    plan: found.get(attributes.plan) ?? unitOfWorkflow(info.workflowId),
    namespace: text(memo['namespace']),
    procedure: procedureOf(info.type) ?? 'planned-migration',
    source: found.get(attributes.source) ?? null,
    target: found.get(attributes.target) ?? text(memo['target']),
    phase: found.get(attributes.phase) ?? null,
    outcome: info.closeTime === undefined ? null : outcomeOf(info.status.name, found.get(attributes.outcome)),
    reason: text(memo['reason']),
    requestedBy: text(memo['requestedBy']),
    startedAt: info.startTime.toISOString(),
    closedAt: info.closeTime?.toISOString() ?? null,
    workflowId: info.workflowId,
    temporalRunId: info.runId,
  };
}

/** A run that was undone or refused fails in Temporal's words, after it said so in its own. */
function outcomeOf(ended: string, said: string | undefined): string {
  if (ended === 'TERMINATED') return 'terminated';
  if (ended === 'TIMED_OUT') return 'timed-out';
  return said ?? 'failed';
}
