import { CONTROL_QUEUE, workflowIdOf } from '../domain/names.js';
import type { Requester, UnitRef } from '../domain/request.js';
import { attributes } from '../workflows/search-attributes.js';

/** Workflow tasks of a run are short; a worker that dies in one must be noticed soon. */
export const WORKFLOW_TASK_TIMEOUT = '5s';

interface Holder {
  readonly run: string;
  readonly unit: UnitRef;
  readonly reason: string;
  readonly requestedBy: Requester;
}

/** How whatever holds a unit is started: under the unit's own id, never beside another, and with what a list shows of a run. */
export function runOptions({ run, unit, reason, requestedBy }: Holder) {
  return {
    taskQueue: CONTROL_QUEUE,
    workflowId: workflowIdOf(unit.name),
    workflowIdConflictPolicy: 'FAIL' as const,
    workflowIdReusePolicy: 'ALLOW_DUPLICATE' as const,
    workflowTaskTimeout: WORKFLOW_TASK_TIMEOUT,
    memo: { run, reason, namespace: unit.namespace, requestedBy: requestedBy.name },
    typedSearchAttributes: [
      { key: attributes.plan, value: unit.name },
      { key: attributes.phase, value: 'preparing' },
    ],
  };
}
