import { condition } from '@temporalio/workflow';
import { failure } from './failures.js';
import type { Migration } from './migration.js';

/** Waits until a named person says yes to this plan; expires into an undo. */
export async function approval(migration: Migration): Promise<void> {
  const { board, desk, request } = migration;
  const gate = request.options.approval;
  if (gate === null) return;
  const { plan } = migration;
  const until = new Date(Date.now() + gate.expiresAfterMs).toISOString();
  board.phase('waiting', `Waiting for approval by ${gate.approvers.join(' or ')}`);
  board.waiting({
    for: `approval of plan ${plan.digest.slice(0, 12)}`,
    until,
    by: gate.approvers,
    choices: [
      { choice: 'approve', effect: 'The outage begins.' },
      { choice: 'reject', effect: 'Everything is undone.' },
      { choice: 'cancel', effect: 'Everything is undone.' },
    ],
  });
  const decided = desk.next(['approve', 'reject'], null);
  const answer = await Promise.race([decided, condition(() => false, gate.expiresAfterMs).then(() => null)]);
  board.waiting(null);
  if (answer === null) throw failure('Rejected', `Nobody approved before ${until}.`);
  if (answer.kind === 'reject') throw failure('Rejected', `${answer.by} rejected the plan: ${answer.reason}`);
  board.phase('preparing', 'Approved');
}
