import type { SourceOffline } from '../../domain/proofs.js';
import { defineStep } from '../step.js';
import { glanceAtTarget, readTarget } from '../target-role.js';

/**
 * In this order: nobody may write; fence on, proved by a pod that was denied; workloads stopped by kind; no pod mounts the claims;
 * attachments gone where the driver attaches; storage says no volume is open.
 */
export const offlineSource = defineStep<void, SourceOffline>({
  name: 'offline-source',
  title: 'Taking the application offline at the source',
  do: ({ at, source }) => at(source).ensureOffline(),
  /** Only to a known good state: source Primary and target not Primary, read now. */
  async undo(run) {
    const { plan, source } = run;
    const attested = run.attested('attest-target-off');
    const target = plan.replication === null ? null : attested ? await glanceAtTarget(run) : await readTarget(run);
    const unseen = target === null || target.role === 'unreadable';
    const said = await run.at(source).ensureOnline({ target, attestedOff: plan.replication === null || (attested && unseen) });
    return `serves again: ${said.join('; ') || 'no workload'}`;
  },
  undoing: ({ source, unit, target }) => `${target} is read again; if it is not Primary, ${unit.name} is started on ${source}`,
  undoWays: ['attest-target-off'],
  undoServes: true,
  note: (proof) => `fence: ${proof.fence}; stopped: ${proof.stopped.join(', ')}`,
});
