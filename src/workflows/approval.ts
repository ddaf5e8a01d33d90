import { condition } from '@temporalio/workflow';
import type { SnapshotRef } from '../domain/plan.js';
import type { ApprovalGate } from '../domain/request.js';
import { failure } from './failures.js';
import type { Migration } from './migration.js';

/** What was approved, and how long that holds. */
export interface Approved {
  readonly digest: string;
  readonly until: number;
}

/**
 * Waits until the people that the run needs have said yes to this plan and to what is staged at the target, and to nothing else: where
 * either is another one by now, or the yes is too old, they are asked again. Expires into an undo.
 */
export async function approval(migration: Migration, snapshot: SnapshotRef): Promise<void> {
  const gate = migration.request.options.approval;
  if (gate === null) return;
  const digest = approvalDigest(migration.plan.digest, snapshot.digest);
  if (migration.approved?.digest === digest && Date.now() < migration.approved.until) return;
  const { board } = migration;
  migration.isReady = false;
  await asked(migration, gate, digest);
  migration.approved = { digest, until: Date.now() + gate.expiresAfterMs };
  board.waiting(null);
  board.phase('preparing', 'Approved');
}

/** Of the plan, and of the objects as they are staged: their digest changes with every object. */
export function approvalDigest(plan: string, snapshot: string): string {
  return `${plan.slice(0, 12)}-${snapshot.slice(0, 12)}`;
}

/** Inside the outage nobody can be asked: what was approved, or nothing. */
export function assertApproved(migration: Migration, snapshot: SnapshotRef): void {
  if (migration.request.options.approval === null) return;
  const digest = approvalDigest(migration.plan.digest, snapshot.digest);
  if (migration.approved?.digest !== digest) throw failure('Rejected', `The application changed after it was approved: ${migration.approved?.digest ?? 'nothing'} was approved, ${digest} would be moved.`);
}

async function asked(migration: Migration, gate: ApprovalGate, digest: string): Promise<void> {
  const { board, desk } = migration;
  const { approvers, approvals = 1 } = gate;
  const until = new Date(Date.now() + gate.expiresAfterMs).toISOString();
  const approvedBy: string[] = [];
  while (approvedBy.length < approvals) {
    const missing = approvers.filter((name) => !approvedBy.includes(name));
    board.phase('waiting', `Waiting for approval by ${missing.join(' or ')}${approvals === 1 ? '' : ` (${approvedBy.length} of ${approvals})`}`);
    board.waiting({
      for: `approval of plan ${digest}`,
      until,
      by: approvers,
      digest,
      ...(approvals === 1 ? {} : { approvals, approvedBy: [...approvedBy] }),
      choices: [
        { choice: 'approve', effect: approvedBy.length + 1 < approvals ? 'One more person is asked; then the outage begins.' : 'The outage begins.' },
        { choice: 'reject', effect: 'Everything is undone.' },
        { choice: 'cancel', effect: 'Everything is undone.' },
      ],
    });
    const answer = await Promise.race([desk.next(['approve', 'reject'], null), condition(() => false, Math.max(1, Date.parse(until) - Date.now())).then(() => null)]);
    if (answer === null) throw failure('Rejected', `Nobody approved before ${until}.`);
    if (answer.kind === 'reject') throw failure('Rejected', `${answer.by} rejected the plan: ${answer.reason}`);
    // Two that came at once were each judged by what was shown before them.
    if (answer.digest === digest && !approvedBy.includes(answer.by)) approvedBy.push(answer.by);
  }
}
