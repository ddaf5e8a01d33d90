import { WorkflowExecutionAlreadyStartedError, type Client } from '@temporalio/client';
import { ChangeoverError } from '../domain/errors.js';
import { CONTROL_QUEUE, workflowIdOf } from '../domain/names.js';
import type { Adoption } from '../domain/adoption.js';
import type { MigrationRequest } from '../domain/request.js';
import type { Status } from '../domain/status.js';
import { attributes } from '../workflows/search-attributes.js';
import type { adopt, check, plannedMigration } from '../workflows/index.js';
import type { AdoptRequest } from '../workflows/adopt.js';
import { runOptions, WORKFLOW_TASK_TIMEOUT } from './run-options.js';
import { runOf } from './status.js';

/** The run that moves the unit: the one just started, or the one that was found at work. */
export interface Started {
  readonly run: string;
  readonly workflowId: string;
  readonly temporalRunId: string;
  readonly found: boolean;
}

/** Starts a planned migration. Twice at once: the second finds the first. `notes` are kept in the run's memo. */
export async function startMigration(client: Client, request: MigrationRequest, notes: Readonly<Record<string, string>> = {}): Promise<Started> {
  const common = runOptions(request);
  const { workflowId } = common;
  try {
    const handle = await client.workflow.start<typeof plannedMigration>('plannedMigration', {
      ...common,
      args: [request],
      staticSummary: `${request.unit.name} → ${request.target}: ${request.reason}`,
      staticDetails: `Planned migration of **${request.unit.name}** to **${request.target}**, run \`${request.run}\`, asked for by ${request.requestedBy.name} (${request.requestedBy.via}).\n\n${request.reason}`,
      memo: { ...common.memo, target: request.target, ...notes },
      typedSearchAttributes: [...common.typedSearchAttributes, { key: attributes.target, value: request.target }],
    });
    return { run: request.run, workflowId, temporalRunId: handle.firstExecutionRunId, found: false };
  } catch (error) {
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
    const described = await client.workflow.getHandle(workflowId).describe();
    return { run: runOf(described.memo) ?? described.runId, workflowId, temporalRunId: described.runId, found: true };
  }
}

/** Every check of a migration, without starting one. */
export async function preflight(client: Client, request: MigrationRequest): Promise<Status> {
  return client.workflow.execute<typeof check>('check', { taskQueue: CONTROL_QUEUE, workflowId: `changeover-check/${request.run}`, args: [request], workflowTaskTimeout: WORKFLOW_TASK_TIMEOUT, staticSummary: `Preflight: ${request.unit.name} → ${request.target}` });
}

/** Writes ownership for the first time. Holds the unit's own id, so that no run can start beside it. */
export async function adoptUnit(client: Client, request: AdoptRequest): Promise<Adoption> {
  try {
    return await execute(client, request);
  } catch (cause) {
    if (!(cause instanceof WorkflowExecutionAlreadyStartedError)) throw cause;
    throw new ChangeoverError('Refused', `A run of ${request.unit.name} is at work; see changeover status ${request.unit.name}.`, { cause });
  }
}

function execute(client: Client, request: AdoptRequest): Promise<Adoption> {
  return client.workflow.execute<typeof adopt>('adopt', { taskQueue: CONTROL_QUEUE, workflowId: workflowIdOf(request.unit.name), args: [request], workflowIdConflictPolicy: 'FAIL', workflowTaskTimeout: WORKFLOW_TASK_TIMEOUT, staticSummary: `Adopt ${request.unit.name}` });
}
