import type { Plan, SnapshotRef } from '../domain/plan.js';
import type { SnapshotConfirmed } from '../domain/proofs.js';
import { ChangeoverError } from '../domain/errors.js';
import type { Ports, SitePorts } from '../ports/index.js';
import type { Work } from '../ports/work.js';
import { changing, looking, show, type Place } from './boundary.js';

/** The application's metadata: captured, tagged, copied, opened at the target. Content never leaves the worker unsealed. */
export function snapshots(ports: Ports) {
  async function capture(site: SitePorts, plan: Plan, work: Work): Promise<SnapshotRef> {
    const captured = await site.objects.capture(plan, work);
    if (captured.objects.length === 0) throw new ChangeoverError('SnapshotDamaged', `Nothing was captured from ${plan.application.namespace} on ${plan.source}.`);
    const ref = await site.snapshots.write(plan.unit.name, captured, plan.members);
    // A late attempt must not move the tag back to what it saw.
    await work.guard();
    await site.snapshots.tag(plan.unit.name, plan.run, ref);
    return ref;
  }

  return {
    async ensureCaptured(input: Place): Promise<SnapshotRef> {
      return changing(ports, input, async (work, site) => {
        const { unit } = input.plan;
        await show('the backup', () => site.plans.show(unit, { phase: 'Capturing', scheduleStatus: 'SCHEDULE_STOPPED', backupRequestState: { phase: 'InProgress' } }));
        const ref = await capture(site, input.plan, work);
        await show('the backup', () =>
          site.plans.show(unit, { backupRequestState: { phase: 'Completed', attributes: { totalItems: ref.objects, itemsBackedUp: ref.objects } }, lastBackupName: ref.id }),
        );
        return ref;
      });
    },

    /** Undo of the capture: the snapshot is kept, its tag is not. */
    async ensureUntagged(input: Place): Promise<void> {
      return changing(ports, input, (_work, site) => site.snapshots.untag(input.plan.unit.name, input.plan.run));
    },

    /** From the source's store to every other member's. */
    async ensureSnapshotCopied(input: Place & { snapshot: SnapshotRef }): Promise<void> {
      return changing(ports, input, async (work, site) => {
        for (const member of input.plan.members.filter((m) => m !== input.site)) {
          await work.guard();
          work.report(`copying snapshot ${input.snapshot.id} to ${member}`);
          await site.snapshots.copyTo(input.snapshot, member);
        }
        await show('the copy', () => site.plans.show(input.plan.unit, { metadataSyncStatus: 'Synced' }));
      });
    },

    /** The target read it from its own store, opened it with its own key, and found the same digest. */
    async readSnapshotBack(input: { site: string; snapshot: SnapshotRef }): Promise<{ digest: string; objects: number }> {
      return looking(async () => {
        const captured = await ports.site(input.site).snapshots.read(input.snapshot);
        return { digest: input.snapshot.digest, objects: captured.objects.length };
      });
    },

    /** What the source is now. Equal content gives an equal digest, so the caller sees whether anything changed. */
    async ensureRefreshed(input: Place): Promise<SnapshotRef> {
      return changing(ports, input, (work, site) => capture(site, input.plan, work));
    },

    /** Makes the proof that the snapshot at the target is what the source last was, or says what it is by now. */
    async confirmSnapshot(input: Place & { snapshot: SnapshotRef }): Promise<{ proof: SnapshotConfirmed | null; current: SnapshotRef }> {
      return changing(ports, input, async (work, site) => {
        const at = new Date().toISOString();
        const current = await capture(site, input.plan, work);
        const { run, epoch } = input.plan;
        const proof: SnapshotConfirmed | null = current.digest === input.snapshot.digest ? { kind: 'snapshot-confirmed', run, epoch, at, snapshot: current.id, digest: current.digest } : null;
        return { proof, current };
      });
    },
  };
}
