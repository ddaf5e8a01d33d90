import type { SnapshotRef } from '../domain/plan.js';
import type { Ports } from '../ports/index.js';
import { assertWriter, changing, show, type Place } from './boundary.js';

/** The target before the outage: everything exists, nothing acts. */
export function staging(ports: Ports) {
  return {
    /** The fence stands at the source, switched off: a new policy takes about a second to act, and the outage has no second to give. */
    async ensureFenceInstalled(input: Place): Promise<void> {
      return changing(ports, input, (work, site) => site.fence.ensureInstalled(input.plan, false, work));
    },

    async ensureFenceRemoved(input: Place): Promise<void> {
      return changing(ports, input, async (work, site) => {
        // The source's fence is all that stands between an unclear role and a second writer.
        if (input.site === input.plan.source) await assertWriter(site, input.plan, 'The fence stays');
        await site.fence.ensureRemoved(input.plan, work);
      });
    },

    /** Fence on first, then all objects of the snapshot, inert. */
    async ensureStaged(input: Place & { snapshot: SnapshotRef }): Promise<{ created: number; unchanged: number; adopted: readonly string[] }> {
      return changing(ports, input, async (work, site) => {
        const { plan, snapshot } = input;
        const backupName = snapshot.id;
        const captured = await site.snapshots.read(snapshot);
        await site.fence.ensureInstalled(plan, true, work);
        await show('the restore', () => site.plans.show(plan.unit, { phase: 'Staging', restoreRequestState: { phase: 'InProgress', backupName } }));
        const staged = await site.objects.ensureStaged(plan, captured, work);
        await site.snapshots.tag(plan.unit.name, plan.run, snapshot);
        await show('the restore', () => site.plans.show(plan.unit, { restoreRequestState: { phase: 'Completed', backupName } }));
        return staged;
      });
    },

    /** Removes only what this run created; what must stay is listed. */
    async ensureUnstaged(input: Place): Promise<{ removed: number; left: readonly string[] }> {
      return changing(ports, input, async (work, site) => {
        const removed = await site.objects.ensureUnstaged(input.plan, work);
        await site.snapshots.untag(input.plan.unit.name, input.plan.run);
        return removed;
      });
    },

    async ensureFrozen(input: Place): Promise<readonly string[]> {
      return changing(ports, input, (work, site) => site.workloads.ensureFrozen(input.plan, work));
    },

    async ensureThawed(input: Place): Promise<readonly string[]> {
      return changing(ports, input, async (work, site) => {
        await assertWriter(site, input.plan, 'Nothing is thawed');
        const thawed = await site.workloads.ensureThawed(input.plan, work);
        await show('the schedule', () => site.plans.show(input.plan.unit, { scheduleStatus: 'SCHEDULE_STARTED' }));
        return thawed;
      });
    },
  };
}
