import { ChangeoverError } from '../domain/errors.js';
import { assertOwned, claimed, raised, reclaimed, recovered, released, type OwnershipRecord } from '../domain/ownership.js';
import type { Plan } from '../domain/plan.js';
import type { Measured } from '../domain/outage-times.js';
import { leftSentence } from '../domain/restore/original.js';
import type { Ports, SitePorts } from '../ports/index.js';
import { freeGroup } from './group.js';
import { changing, looking, recordGone, show, type Place } from './boundary.js';

/** Who holds the unit. */
export function claim(ports: Ports) {
  return {
    /** The record goes from the one known value to `{epoch+1, run, writer: source}`, and the plan proposes the target. */
    async ensureClaimed(input: { site: string; plan: Plan }): Promise<void> {
      return looking(async () => {
        const { plan } = input;
        const site = ports.site(input.site);
        await hold(site, plan, (record) => {
          if (record.run === plan.run && record.epoch === plan.epoch) return record;
          if (record.run !== null || record.epoch !== plan.epoch - 1 || record.writer !== plan.source) {
            throw new ChangeoverError('OwnershipLost', `${plan.unit.name} changed on ${input.site} since preflight: epoch ${record.epoch}, writer ${record.writer ?? 'nobody'}, run ${record.run ?? 'none'}.`);
          }
          return claimed(record, { run: plan.run, procedure: plan.procedure, writer: plan.source });
        });
        await assertHeld(site, plan);
        await site.plans.propose(plan.unit, plan.target, plan.run);
        await show('the phase', () => site.plans.show(plan.unit, { phase: 'Preparing' }));
      });
    },

    /** A run that goes on as another procedure: the record goes from its epoch to the next one, held by the same run. */
    async ensureReclaimed(input: { site: string; plan: Plan }): Promise<void> {
      return looking(async () => {
        const { plan } = input;
        await hold(ports.site(input.site), plan, (record) => reclaimed(record, plan));
      });
    },

    /** A run whose workflow is gone: the record goes to an epoch above all of before, held by the same run. Returns what it says of the crossing. */
    async ensureRecovered(input: { site: string; plan: Plan }): Promise<Pick<OwnershipRecord, 'phase' | 'writer'>> {
      return looking(async () => {
        const { phase, writer } = await hold(ports.site(input.site), input.plan, (record) => recovered(record, input.plan));
        return { phase, writer };
      });
    },

    /**
     * Undo of the claim: the spec names the source again (a third site that someone else named stays, and is returned in a sentence), transient status is gone, the record is free. True if never claimed:
     * then the record is raised to the run's epoch, so that all members agree again and a claim that wakes late finds its moment gone.
     */
    async ensureReleased(input: { site: string; plan: Plan }): Promise<readonly string[]> {
      return looking(async () => {
        const { plan } = input;
        const site = ports.site(input.site);
        const record = await site.ownership.read(plan.unit.name);
        const ours = record !== null && record.run === plan.run && record.epoch === plan.epoch;
        const object = await site.plans.plan(plan.unit);
        const other = object === null ? null : await site.plans.retract(plan.unit, { run: plan.run, from: plan.target, to: plan.source });
        const left = other === null ? [] : [leftSentence(`the DR plan on ${input.site}`, 'spec.primaryCluster', { is: other, was: plan.source })];
        if (!ours) {
          if (record !== null) await site.ownership.update(plan.unit.name, (r) => (r.clusterUid === plan.clusterUids[input.site] ? raised(r, plan) : r));
          await dropPlan(site, plan);
          return left;
        }
        await freeGroup(site, plan);
        if (object !== null) await site.plans.settle(plan.unit, null);
        await site.ownership.update(plan.unit.name, (r) => (r.run === plan.run && r.epoch === plan.epoch ? released(r, plan.source) : r));
        await dropPlan(site, plan);
        return left;
      });
    },

    /**
     * The end: transient status cleaned, `status.primaryCluster` set, the record free and written by the target.
     * The record is freed after the status, so that nobody starts on a status that is about to change.
     */
    async ensureFinished(input: Place & { measured?: Measured | null }): Promise<void> {
      if (await isFinished(ports, input)) return looking(() => dropPlan(ports.site(input.site), input.plan));
      return changing(ports, input, async (work, site) => {
        const { plan } = input;
        if (plan.replication !== null) await site.plans.recordDataPrimary(plan.unit, plan.replication.dataReplication, plan.target);
        await work.guard();
        // At the target the run's marks go; elsewhere objects are marked as standing by, which is how the way back knows them.
        await site.objects.ensureSettled(plan, work);
        await work.guard();
        await freeGroup(site, plan);
        await site.plans.propose(plan.unit, plan.target, null);
        const { measured = null } = input;
        if (measured !== null) await show('what the outage took', () => site.plans.remember(plan.unit, measured));
        await site.plans.settle(plan.unit, plan.target);
        await site.ownership.update(plan.unit.name, (r) => (r.run === plan.run && r.epoch === plan.epoch ? released(r, plan.target) : r));
        await dropPlan(site, plan);
      });
    },
  };
}

/** The record by which a run holds the unit here. The plan is kept first: a record never names a run of which nobody knows what it was about. */
async function hold(site: SitePorts, plan: Plan, change: (record: OwnershipRecord) => OwnershipRecord): Promise<OwnershipRecord> {
  const pinned = (record: OwnershipRecord): OwnershipRecord => {
    if (record.clusterUid !== plan.clusterUids[site.site]) throw new ChangeoverError('WrongSite', `The cluster reached as ${site.site} is not the one the plan pinned.`);
    return change(record);
  };
  const record = await site.ownership.read(plan.unit.name);
  if (record === null) throw recordGone(site.site, plan);
  pinned(record);
  await site.ownership.keepPlan(plan);
  return site.ownership.update(plan.unit.name, pinned);
}

/** After the record is free: while it names the run, the run can be recovered. A plan of a later epoch belongs to who recovered it. */
async function dropPlan(site: SitePorts, plan: Plan): Promise<void> {
  const record = await site.ownership.read(plan.unit.name);
  if (record?.run !== plan.run) await site.ownership.dropPlan(plan.run);
}

/** A claim that lost its turn between the record and the plan must not propose anything on a unit that is free again. */
async function assertHeld(site: SitePorts, plan: Plan): Promise<void> {
  const record = await site.ownership.read(plan.unit.name);
  if (record === null) throw recordGone(site.site, plan);
  assertOwned(record, plan);
}

/** The record is freed last, so a free record of this epoch, written by the target, says that an earlier try got to the end. */
async function isFinished(ports: Ports, { plan, site }: Place): Promise<boolean> {
  return looking(async () => {
    const record = await ports.site(site).ownership.read(plan.unit.name);
    return record !== null && record.run === null && record.epoch === plan.epoch && record.writer === plan.target && record.clusterUid === plan.clusterUids[site];
  });
}
