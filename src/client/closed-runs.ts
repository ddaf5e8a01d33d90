import { WorkflowNotFoundError, type Client, type WorkflowExecutionInfo } from '@temporalio/client';
import { historyToJSON } from '@temporalio/common/lib/proto-utils.js';
import { unitOfWorkflow, workflowIdOf } from '../domain/names.js';
import type { ClosedRun, Ending } from '../domain/record/closed-run.js';
import type { Entry } from '../domain/record/fact.js';
import { unrecordedQuery } from '../workflows/messages.js';
import { EXECUTIONS } from './run-types.js';
import { runOf } from './status.js';

/** A run that has to be replayed first needs a moment. */
const CALL_MS = 10_000;

const CLOSED = `${EXECUTIONS} AND ExecutionStatus != "Running"`;

const endings: Readonly<Partial<Record<string, Ending>>> = {
  COMPLETED: 'completed',
  FAILED: 'failed',
  CANCELLED: 'canceled',
  TERMINATED: 'terminated',
  TIMED_OUT: 'timed-out',
  CONTINUED_AS_NEW: 'continued',
};

/** What Temporal still knows of closed runs. Each call ends within seconds, and at once when the signal aborts. */
export function closedRuns(client: Client, signal: AbortSignal) {
  const bounded = <T>(call: () => Promise<T>): Promise<T> => client.withAbortSignal(signal, () => client.withDeadline(Date.now() + CALL_MS, call));
  const handleOf = ({ unit, temporalRun }: ClosedRun) => client.workflow.getHandle(workflowIdOf(unit), temporalRun);
  return {
    async list(): Promise<readonly ClosedRun[]> {
      return bounded(async () => {
        const found: ClosedRun[] = [];
        for await (const info of client.workflow.list({ query: CLOSED })) {
          const closed = closedRunOf(info);
          if (closed !== null) found.push(closed);
        }
        return found;
      });
    },
    /** Payloads stay as they are, sealed where they are sealed. */
    async history(closed: ClosedRun): Promise<{ json: string; events: number }> {
      const history = await bounded(() => handleOf(closed).fetchHistory());
      return { json: historyToJSON(history), events: history.events?.length ?? 0 };
    },
    async unrecorded(closed: ClosedRun): Promise<readonly Entry[]> {
      return bounded(() => handleOf(closed).query(unrecordedQuery));
    },
    async isReplaced({ run, unit, temporalRun }: ClosedRun): Promise<boolean> {
      try {
        const newest = await bounded(() => client.workflow.getHandle(workflowIdOf(unit)).describe());
        return newest.runId !== temporalRun && runOf(newest.memo) === run;
      } catch (error) {
        if (error instanceof WorkflowNotFoundError) return false;
        throw error;
      }
    },
  };
}

/** Null: it is open, or nobody noted which run it is. */
export function closedRunOf(info: Pick<WorkflowExecutionInfo, 'memo' | 'workflowId' | 'runId' | 'status' | 'closeTime'>): ClosedRun | null {
  const run = runOf(info.memo);
  const ending = endings[info.status.name];
  if (run === null || ending === undefined || info.closeTime === undefined) return null;
  const target = info.memo?.['target'];
  return { run, unit: unitOfWorkflow(info.workflowId), temporalRun: info.runId, ending, target: typeof target === 'string' ? target : null, closedAt: info.closeTime.toISOString() };
}
