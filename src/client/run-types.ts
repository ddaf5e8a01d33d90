import type { Procedure } from '../domain/request.js';
import type * as workflows from '../workflows/index.js';

/** Workflows that are a run, or what a run went on as, with what each is to an operator. */
const procedures = { plannedMigration: 'planned-migration', turnBack: 'turn-back', goForward: 'planned-migration', recover: 'planned-migration' } as const satisfies Partial<Record<keyof typeof workflows, Procedure>>;

/** Null: this workflow is no run; adopting a unit holds the same id. */
export function procedureOf(workflowType: string): Procedure | null {
  return Object.entries(procedures).find(([type]) => type === workflowType)?.[1] ?? null;
}

/** Temporal's list filter for every execution of a run. */
export const EXECUTIONS = `WorkflowType IN (${Object.keys(procedures).map((type) => `"${type}"`).join(', ')})`;

/** The same with one execution for each run: the one it goes on as, or ended as. */
export const RUNS = `${EXECUTIONS} AND ExecutionStatus != "ContinuedAsNew"`;
