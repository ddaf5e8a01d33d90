import type { Client } from '@temporalio/client';
import { decodeArrayFromPayloads, decodeOptionalFailureToOptionalError } from '@temporalio/common/lib/internal-non-workflow/index.js';
import { siteQueue, workflowIdOf } from '../domain/names.js';

/** What Temporal itself knows of a run at this moment, beside what the run says of itself. */
export interface Now {
  readonly calls: readonly PendingCall[];
  /** Who polls each site's queue; an empty list means that no worker takes that site's calls. */
  readonly pollers: readonly { readonly site: string; readonly workers: readonly string[] }[];
}

/** A call that is under way or waits for its next try. */
export interface PendingCall {
  readonly id: string;
  readonly attempt: number;
  /** 0: as often as needed. */
  readonly ofAttempts: number;
  readonly nextTryAt: string | null;
  readonly lastFailure: string | null;
  /** What it said last while it was at work. */
  readonly lastHeartbeat: string | null;
}

/** Of Temporal's enums PendingActivityState and TaskQueueType (temporal.api.enums.v1). */
const SCHEDULED = 1;
const WORKFLOW_QUEUE = 1;
const ACTIVITY_QUEUE = 2;

/** A worker that has not polled for this long is gone. */
const POLLER_AGE_MS = 90_000;

export async function readNow(client: Client, unit: string, sites: readonly string[]): Promise<Now> {
  const [calls, pollers] = await Promise.all([pendingCalls(client, unit), Promise.all(sites.map(async (site) => ({ site, workers: await readPollers(client, site) })))]);
  return { calls, pollers };
}

async function pendingCalls(client: Client, unit: string): Promise<readonly PendingCall[]> {
  const { raw } = await client.workflow.getHandle(workflowIdOf(unit)).describe();
  const converter = client.options.loadedDataConverter;
  return Promise.all(
    (raw.pendingActivities ?? []).map(async (call) => ({
      id: call.activityId ?? '',
      attempt: call.attempt ?? 1,
      ofAttempts: call.maximumAttempts ?? 0,
      nextTryAt: call.state === SCHEDULED && (call.attempt ?? 1) > 1 ? isoOf(call.scheduledTime) : null,
      lastFailure: (await decodeOptionalFailureToOptionalError(converter, call.lastFailure))?.message ?? null,
      lastHeartbeat: textOf(await decodeArrayFromPayloads(converter, call.heartbeatDetails?.payloads)),
    })),
  );
}

/** The workers that poll a site's queue now. */
export function readPollers(client: Client, site: string): Promise<readonly string[]> {
  return pollersOf(client, siteQueue(site), ACTIVITY_QUEUE);
}

/** The workers that poll a queue for workflow tasks now. */
export function readWorkflowPollers(client: Client, queue: string): Promise<readonly string[]> {
  return pollersOf(client, queue, WORKFLOW_QUEUE);
}

async function pollersOf(client: Client, queue: string, taskQueueType: number): Promise<readonly string[]> {
  const { pollers } = await client.workflowService.describeTaskQueue({ namespace: client.options.namespace, taskQueue: { name: queue }, taskQueueType });
  const since = Date.now() - POLLER_AGE_MS;
  return [...new Set((pollers ?? []).filter((p) => Number(p.lastAccessTime?.seconds ?? 0) * 1000 >= since).map((p) => p.identity ?? ''))];
}

function isoOf(time: { seconds?: unknown } | null | undefined): string | null {
  return time?.seconds === undefined || time.seconds === null ? null : new Date(Number(time.seconds) * 1000).toISOString();
}

/** Heartbeats are strings; anything else is not for people. */
function textOf([value]: readonly unknown[]): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}
