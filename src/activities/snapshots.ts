import type { Plan, SnapshotRef } from '../domain/plan.js';
import type { SnapshotConfirmed } from '../domain/proofs.js';
import { ChangeoverError } from '../domain/errors.js';
import { goneWorkloads } from '../domain/restore/steady.js';
import type { Capture } from '../ports/objects.js';
import type { Ports, SitePorts } from '../ports/index.js';
import type { Work } from '../ports/work.js';
import { changing, looking, show, type Place } from './boundary.js';

/** What the application is now; nothing at all is a fault, not an empty snapshot. */
async function read(site: SitePorts, plan: Plan, work: Work): Promise<Capture> {
  const captured = await site.objects.capture(plan, work);
  if (captured.objects.length === 0) throw new ChangeoverError('SnapshotDamaged', `Nothing was captured from ${plan.application.namespace} on ${plan.source}.`);
  return captured;
}

/**
 * Edits are taken along, a workload that is gone is not: whoever deleted it did not mean that the target has nothing to start.
 * @throws ObjectChanged naming them.
 */
async function assertNoneGone(site: SitePorts, plan: Plan, now: Capture): Promise<void> {
  const before = await site.snapshots.readTagged(plan.unit.name, plan.run);
  if (before === null) throw new ChangeoverError('SnapshotDamaged', `No snapshot is tagged for this run on ${site.site} any more.`);
  const gone = goneWorkloads(before.objects, now.objects);
  if (gone.length > 0) throw new ChangeoverError('ObjectChanged', `${gone.join(', ')} stood on ${site.site} when the application was captured and ${gone.length === 1 ? 'is' : 'are'} gone now; this run deletes no workload.`);
}

/** The application's metadata: captured, tagged, copied, opened at the target. Content never leaves the worker unsealed. */
export function snapshots(ports: Ports) {
  async function capture(site: SitePorts, plan: Plan, work: Work): Promise<SnapshotRef> {
    return keep(site, plan, { captured: await read(site, plan, work), work });
  }

  async function keep(site: SitePorts, plan: Plan, { captured, work }: { captured: Capture; work: Work }): Promise<SnapshotRef> {
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

    /** What the source is now, and it stands at the target. Equal content gives an equal digest, so the caller sees whether anything changed. */
    async ensureRefreshed(input: Place): Promise<SnapshotRef> {
      return changing(ports, input, async (work, site) => {
        const captured = await read(site, input.plan, work);
        await assertNoneGone(site, input.plan, captured);
        const ref = await keep(site, input.plan, { captured, work });
        // The last look before the outage: somebody may have deleted what was opened there, and the same bytes are as good.
        await site.snapshots.copyTo(ref, input.plan.target);
        return ref;
      });
    },

    /** Makes the proof that the snapshot at the target is what the source last was, or says what it is by now. */
    async confirmSnapshot(input: Place & { snapshot: SnapshotRef }): Promise<{ proof: SnapshotConfirmed | null; current: SnapshotRef }> {
      return changing(ports, input, async (work, site) => {
        const { plan, snapshot } = input;
        const at = new Date().toISOString();
        const captured = await read(site, plan, work);
        // Nothing is stored for what stands at the target already: inside the outage, looking is enough.
        const isSame = site.snapshots.digestOf(captured) === snapshot.digest;
        if (!isSame) {
          await assertNoneGone(site, plan, captured);
          return { proof: null, current: await keep(site, plan, { captured, work }) };
        }
        return { proof: { kind: 'snapshot-confirmed', run: plan.run, epoch: plan.epoch, at, snapshot: snapshot.id, digest: snapshot.digest }, current: snapshot };
      });
    },
  };
}
