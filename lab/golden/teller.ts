import { randomUUID } from 'node:crypto';
import { historyToJSON, type History } from '@temporalio/common/lib/proto-utils.js';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { Worker } from '@temporalio/worker';
import { createActivities } from '../../src/activities/index.js';
import { decide } from '../../src/client/decide.js';
import { recoverRun } from '../../src/client/recover.js';
import { startMigration } from '../../src/client/start.js';
import { readStatus } from '../../src/client/status.js';
import { CONTROL_QUEUE, siteQueue, workflowIdOf } from '../../src/domain/names.js';
import type { RecoverRequest } from '../../src/domain/recovery.js';
import { defaultOptions, type MigrationRequest, type RunOptions } from '../../src/domain/request.js';
import type { Decision, DecisionKind, Status } from '../../src/domain/status.js';
import { createWorld, type World, type WorldOptions } from '../../src/drivers/memory/world.js';
import { waitFor } from '../process/wait.js';

const PATIENCE_MS = 60_000;
export const sites = ['east', 'west'] as const;

/** One history as it was recorded: a run that continues as another procedure leaves several. */
export interface Recorded {
  readonly workflowId: string;
  readonly type: string;
  readonly events: number;
  readonly json: string;
}

/** A world in memory behind real workers on a real Temporal server, and a person who acts in it. */
export class Teller {
  readonly world: World;
  private running: { readonly workers: readonly Worker[]; readonly ended: Promise<unknown> } | null = null;

  constructor(private readonly env: TestWorkflowEnvironment, private readonly codePath: string, options: WorldOptions) {
    this.world = createWorld(options);
  }

  get client(): TestWorkflowEnvironment['client'] {
    return this.env.client;
  }

  async begin(): Promise<void> {
    const shared = { connection: this.env.nativeConnection, activities: createActivities(this.world.ports), stickyQueueScheduleToStartTimeout: '1s', shutdownGraceTime: '1s' } as const;
    const workers = await Promise.all([
      ...sites.map((site) => Worker.create({ ...shared, taskQueue: siteQueue(site) })),
      Worker.create({ ...shared, taskQueue: CONTROL_QUEUE, workflowBundle: { codePath: this.codePath } }),
    ]);
    this.running = { workers, ended: Promise.all(workers.map((worker) => worker.run())) };
  }

  async end(): Promise<void> {
    for (const worker of this.running?.workers ?? []) worker.shutdown();
    await this.running?.ended;
    this.running = null;
  }

  request(options: Partial<RunOptions> = {}): MigrationRequest {
    return {
      run: 'orders-1', unit: { namespace: 'changeover-system', name: 'orders' }, target: 'west', expectedPrimary: null, sites,
      reason: 'a recording', requestedBy: { name: 'ann', verified: true, via: 'library' }, requestedAt: new Date().toISOString(),
      options: { ...defaultOptions, waitForTtl: false, ...options },
    };
  }

  async migrate(options: Partial<RunOptions> = {}): Promise<void> {
    await startMigration(this.client, this.request(options));
  }

  /** Waits until the status of the open run is as asked. */
  until(what: string, holds: (status: Status) => boolean): Promise<Status> {
    return waitFor(async () => {
      const status = await readStatus(this.client, 'orders');
      return holds(status) ? status : undefined;
    }, { what, deadlineMs: PATIENCE_MS, intervalMs: 50 });
  }

  held(): Promise<Status> {
    return this.until('the run to be held', ({ phase }) => phase === 'held');
  }

  /** Waits until the run is over. */
  ended(): Promise<Status> {
    return this.until('the run to end', ({ endedAt }) => endedAt !== null);
  }

  async decide(kind: DecisionKind, of: Partial<Decision> = {}): Promise<void> {
    await decide(this.client, 'orders', { kind, id: `${kind}-1`, step: null, by: 'ann', verified: true, via: 'library', reason: 'a recording', statement: null, ...of });
  }

  /** A decision while such a call is under way. */
  when(call: string, kind: DecisionKind): Promise<void> {
    return this.whenCalled(call, () => this.decide(kind));
  }

  /** Something happens once, while such a call is under way. */
  whenCalled(call: string, act: () => Promise<void>): Promise<void> {
    return new Promise((resolve, reject) => {
      const stop = this.world.on(call, async () => {
        stop();
        await act().then(resolve, reject);
      });
    });
  }

  /** The workflow is gone in the middle of its work. */
  async terminate(): Promise<void> {
    await this.client.workflow.getHandle(workflowIdOf('orders')).terminate('recorded');
  }

  /** The workflow begins anew from its first task, or from its last one, as `temporal workflow reset` has it. */
  async reset(to: 'first' | 'last'): Promise<void> {
    const handle = this.client.workflow.getHandle(workflowIdOf('orders'));
    const [{ runId }, { events }] = [await handle.describe(), await handle.fetchHistory()];
    const tasks = (events ?? []).filter(({ workflowTaskCompletedEventAttributes: task }) => task != null);
    const { eventId } = (to === 'first' ? tasks[0] : tasks.at(-1)) ?? {};
    if (eventId == null) throw new Error('the run has done nothing yet');
    await this.client.workflowService.resetWorkflowExecution({ namespace: this.client.options.namespace, workflowExecution: { workflowId: handle.workflowId, runId }, reason: 'recorded', requestId: randomUUID(), workflowTaskFinishEventId: eventId });
  }

  async recovered(way: RecoverRequest['way']): Promise<readonly Recorded[]> {
    const { run, unit, reason, requestedBy, requestedAt } = this.request();
    await recoverRun(this.client, { run, unit, reason, requestedBy, requestedAt, sites, way }, 'west');
    await this.ended();
    return this.run();
  }

  /** Every history of a workflow id, the first execution first. */
  async histories(workflowId: string): Promise<readonly Recorded[]> {
    const recorded: Recorded[] = [];
    let runId = (await this.client.workflow.getHandle(workflowId).describe()).raw.workflowExecutionInfo?.firstRunId ?? '';
    while (runId !== '') {
      const history: History = await this.client.workflow.getHandle(workflowId, runId).fetchHistory();
      recorded.push(recordedOf(workflowId, history));
      runId = (history.events ?? []).at(-1)?.workflowExecutionContinuedAsNewEventAttributes?.newExecutionRunId ?? '';
    }
    return recorded;
  }

  /** The history of the newest execution alone. */
  async newest(): Promise<Recorded> {
    const workflowId = workflowIdOf('orders');
    return recordedOf(workflowId, await this.client.workflow.getHandle(workflowId).fetchHistory());
  }

  run(): Promise<readonly Recorded[]> {
    return this.histories(workflowIdOf('orders'));
  }
}

function recordedOf(workflowId: string, history: History): Recorded {
  const events = history.events ?? [];
  return { workflowId, type: events[0]?.workflowExecutionStartedEventAttributes?.workflowType?.name ?? '', events: events.length, json: historyToJSON(history) };
}
