import type { WorkflowService } from '@temporalio/client';
import { ChangeoverError } from '../domain/errors.js';
import { CONTROL_QUEUE } from '../domain/names.js';
import { DEPLOYMENT } from './build.js';

/** Where the builds are asked for; a client's connection and a worker's have the same service. */
export interface Deployments {
  readonly service: WorkflowService;
  readonly namespace: string;
}

/** One build of the control worker, as Temporal knows it. */
export interface Build {
  readonly buildId: string;
  /** New runs begin on it. */
  readonly isCurrent: boolean;
  /** It has been current before, or is. */
  readonly wasCurrent: boolean;
  /** Control workers of it that poll now. */
  readonly workers: readonly string[];
  /** Workflow ids of the open runs that stay with it. */
  readonly openRuns: readonly string[];
}

export interface Builds {
  readonly builds: readonly Build[];
  /** Control workers without a build: they are begun only where no build is current. */
  readonly unversionedWorkers: readonly string[];
  /** Whether the current build has been it for so long that its workers, were there any, would be seen to poll. */
  readonly currentIsSettled: boolean;
}

/** TaskQueueType (temporal.api.enums.v1). */
const WORKFLOW_QUEUE = 1;

/** A worker's poll is renewed each minute; one that has not polled for longer is gone. */
const POLLER_AGE_MS = 90_000;

const PAGE = 500;

/** Every build that Temporal still keeps, the newest first. */
export async function readBuilds(at: Deployments): Promise<Builds> {
  const [known, pollers, open] = await Promise.all([describe(at), pollersOf(at), openRuns(at)]);
  const current = known?.routingConfig?.currentDeploymentVersion?.buildId ?? null;
  const since = Number(known?.routingConfig?.currentVersionChangedTime?.seconds ?? 0) * 1000;
  const summaries = (known?.versionSummaries ?? []).toSorted((a, b) => Number(b.createTime?.seconds ?? 0) - Number(a.createTime?.seconds ?? 0));
  return {
    builds: summaries.map((summary) => {
      const buildId = summary.deploymentVersion?.buildId ?? '';
      return {
        buildId,
        isCurrent: buildId === current,
        wasCurrent: buildId === current || (summary.firstActivationTime ?? null) !== null,
        workers: pollers.filter((p) => p.buildId === buildId).map((p) => p.identity),
        openRuns: open.filter((run) => run.buildId === buildId).map((run) => run.workflowId),
      };
    }),
    unversionedWorkers: pollers.filter((p) => p.buildId === null).map((p) => p.identity),
    currentIsSettled: Date.now() - since > POLLER_AGE_MS,
  };
}

/** New runs begin on this build from now on; runs that are open stay where they are. Idempotent. */
export async function makeCurrent({ service, namespace }: Deployments, buildId: string): Promise<void> {
  await service.setWorkerDeploymentCurrentVersion({ namespace, deploymentName: DEPLOYMENT, buildId, identity: 'changeover', ignoreMissingTaskQueues: true, allowNoPollers: true });
}

/**
 * Takes a build out of Temporal's list. Throws `Refused` with every reason where a run is open on it, new runs begin on it, or a worker
 * of it still polls; `NotFound` where there is no such build.
 */
export async function retire(at: Deployments, buildId: string): Promise<void> {
  const build = (await readBuilds(at)).builds.find((b) => b.buildId === buildId);
  if (build === undefined) throw new ChangeoverError('NotFound', `Temporal knows no build ${buildId} of the control worker.`);
  const reasons = [
    ...(build.isCurrent ? ['New runs begin on it: make another build current first.'] : []),
    ...build.openRuns.map((run) => `The run ${run} is open and stays with it until it has ended.`),
    ...build.workers.map((worker) => `The control worker ${worker} polled with it in the last ${POLLER_AGE_MS / 1000} s: stop that worker.`),
  ];
  if (reasons.length > 0) throw new ChangeoverError('Refused', `Build ${buildId} is not retired.`, { reasons });
  // Temporal's own drainage is looked at every few minutes only; what it would say has just been read.
  await at.service.deleteWorkerDeploymentVersion({ namespace: at.namespace, deploymentVersion: { deploymentName: DEPLOYMENT, buildId }, skipDrainage: true, identity: 'changeover' });
}

async function describe({ service, namespace }: Deployments) {
  try {
    return (await service.describeWorkerDeployment({ namespace, deploymentName: DEPLOYMENT })).workerDeploymentInfo;
  } catch (error) {
    if (isNotFound(error)) return null;
    throw error;
  }
}

/** gRPC status NOT_FOUND: no versioned worker has ever polled. */
const NOT_FOUND = 5;

export function isNotFound(error: unknown): boolean {
  return typeof error === 'object' && error !== null && 'code' in error && error.code === NOT_FOUND;
}

async function pollersOf({ service, namespace }: Deployments): Promise<readonly { identity: string; buildId: string | null }[]> {
  const { pollers } = await service.describeTaskQueue({ namespace, taskQueue: { name: CONTROL_QUEUE }, taskQueueType: WORKFLOW_QUEUE });
  const since = Date.now() - POLLER_AGE_MS;
  const live = (pollers ?? []).filter((p) => Number(p.lastAccessTime?.seconds ?? 0) * 1000 >= since);
  const found = live.map((p) => ({ identity: p.identity ?? '', buildId: p.deploymentOptions?.buildId || null }));
  return found.filter((p, index) => found.findIndex((other) => other.identity === p.identity && other.buildId === p.buildId) === index);
}

async function openRuns({ service, namespace }: Deployments): Promise<readonly { workflowId: string; buildId: string | null }[]> {
  const runs: { workflowId: string; buildId: string | null }[] = [];
  let nextPageToken: Uint8Array = new Uint8Array();
  do {
    const page = await service.listWorkflowExecutions({ namespace, pageSize: PAGE, nextPageToken, query: `TaskQueue = '${CONTROL_QUEUE}' AND ExecutionStatus = 'Running'` });
    for (const { execution, searchAttributes } of page.executions ?? []) runs.push({ workflowId: execution?.workflowId ?? '', buildId: pinnedBuild(searchAttributes?.indexedFields ?? {}) });
    nextPageToken = page.nextPageToken ?? new Uint8Array();
  } while (nextPageToken.length > 0);
  return runs;
}

/** Lists leave a run's versioning out, but Temporal's own search attributes tell it: `changeover:BUILD`, and whether the run stays there. */
function pinnedBuild(fields: Readonly<Record<string, { data?: Uint8Array | null }>>): string | null {
  const version = textOf(fields['TemporalWorkerDeploymentVersion']);
  if (textOf(fields['TemporalWorkflowVersioningBehavior']) !== 'Pinned' || !version.startsWith(`${DEPLOYMENT}:`)) return null;
  return version.slice(DEPLOYMENT.length + 1);
}

function textOf(payload: { data?: Uint8Array | null } | undefined): string {
  const value: unknown = JSON.parse(Buffer.from(payload?.data ?? []).toString('utf8') || 'null');
  return typeof value === 'string' ? value : '';
}
