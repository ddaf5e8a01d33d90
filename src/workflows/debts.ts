import { ParentClosePolicy, startChild } from '@temporalio/workflow';
import { debtsIdOf } from '../domain/names.js';
import type { Migration } from './migration.js';
import type { Owed, payDebts } from './pay-debts.js';

/** Leaves what is owed to a workflow of its own that outlives this run, so that the run can close and say so. */
export async function payLater(migration: Migration, owed: readonly Owed[]): Promise<void> {
  if (owed.length === 0) return;
  const { board, plan } = migration;
  for (const { sentence } of owed) board.debt(`${sentence} It is tried again until it is done (workflow ${debtsIdOf(plan.run)}).`);
  const releaseSource = board.read().steps.some((step) => step.name === 'release-source' && step.state === 'skipped');
  await startChild<typeof payDebts>('payDebts', {
    workflowId: debtsIdOf(plan.run),
    parentClosePolicy: ParentClosePolicy.ABANDON,
    args: [{ plan, owed, releaseSource, attempt: migration.callsMade, ...(migration.isRecovered ? { retake: true } : {}) }],
    staticSummary: `${plan.unit.name}: what run ${plan.run} owes to ${owed.map((debt) => debt.site).join(', ')}`,
  });
}
