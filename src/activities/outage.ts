import { ChangeoverError } from '../domain/errors.js';
import type { Plan } from '../domain/plan.js';
import { assertOf, type Drained, type RolesSwapped, type SourceOffline } from '../domain/proofs.js';
import type { Ports, SitePorts } from '../ports/index.js';
import { assertStands, ensureWhole, stagedAt } from './staged.js';
import { beside, changing, show, type Place } from './boundary.js';
import { roleOf, type RoleReading } from './inspection.js';

/** How old the other site's role may be when the source is allowed to write again, milliseconds. */
export const READ_NOW_MS = 15_000;

/** Stopping and starting the application. */
export function outage(ports: Ports) {
  return {
    /** Nobody may write; fenced and proven; stopped by kind; nothing mounted, attached or open. In this order. */
    async ensureOffline(input: Place): Promise<SourceOffline> {
      return changing(ports, input, async (work, site, own) => {
        const { plan } = input;
        await own((r) => ({ ...r, writer: null, phase: 'offline' }));
        const shown = show('the phase', () => site.plans.show(plan.unit, { phase: 'Offline' }));
        work.report(`fencing ${input.site}`);
        const fence = await site.fence.ensureOn(plan, work);
        work.report(`stopping the application on ${input.site}`);
        const stopped = await site.workloads.ensureStopped(plan, work);
        const group = plan.replication?.groups[input.site];
        if (group !== undefined && site.replication !== null) {
          work.report(`waiting until no volume is open on ${input.site}`);
          await site.replication.awaitClosed(group, work);
        }
        await shown;
        return { kind: 'source-offline', run: plan.run, epoch: plan.epoch, at: new Date().toISOString(), fence, stopped };
      });
    },

    /** Read at the Primary, after the fence: the target has every write the source ever acknowledged. */
    async awaitDrained(input: Place & { offline: SourceOffline }): Promise<Drained> {
      return changing(ports, input, async (work, site) => {
        const { plan } = input;
        assertOf(input.offline, plan);
        await assertQuiet(site, plan);
        const readings = plan.replication === null || site.replication === null ? ['no replicated volume'] : await site.replication.awaitDrained(plan.replication, input.site, work);
        return { kind: 'drained', run: plan.run, epoch: plan.epoch, at: new Date().toISOString(), readings };
      });
    },

    /**
     * The way back: source Primary and target not Primary, read now, no role command alive → writer: source → fence off, proven → started.
     * `target` was read at the target just before; an attested absence stands in for it.
     */
    async ensureOnline(input: Place & { target: RoleReading | null; attestedOff: boolean }): Promise<readonly string[]> {
      return changing(ports, input, async (work, site, own) => {
        const { plan, target } = input;
        if (plan.replication !== null) {
          const here = await roleOf(site, plan.replication.groups[input.site] ?? null);
          assertPrimary(here);
          if (here.liveCommands > 0) throw new ChangeoverError('StillRunning', `A role command is still at work on ${input.site}.`);
          if (!input.attestedOff) assertNotPrimary(target);
        }
        await own((r) => {
          if (r.phase === 'crossing') throw new ChangeoverError('OutcomeUnknown', `The record on ${input.site} says that a role swap may be under way.`);
          return { ...r, writer: plan.source, phase: 'undoing' };
        });
        await show('the phase', () => site.plans.show(plan.unit, { phase: 'Undoing' }));
        if ((await site.fence.read(plan.unit.name, plan.application.namespace)).installed) await site.fence.ensureOff(plan, work);
        const started = await site.workloads.ensureStarted(plan, work);
        // Afterwards: what stands serves, whatever is gone.
        await assertStands(site, plan);
        return started;
      });
    },

    /** Writer: target; its fence off, proven; the bound volumes are the plan's; workloads at their recorded scale and Ready. */
    async ensureActive(input: Place & { swapped: RolesSwapped }): Promise<readonly string[]> {
      const role = beside(() => roleOf(ports.site(input.site), input.plan.replication?.groups[input.site] ?? null));
      const staged = beside(() => stagedAt(ports.site(input.site), input.plan));
      return changing(ports, input, async (work, site, own) => {
        const { plan, swapped } = input;
        assertOf(swapped, plan);
        if (plan.replication !== null) {
          const here = await role;
          assertPrimary(here);
        }
        await own((r) => ({ ...r, writer: plan.target, phase: 'forward' }));
        const shown = show('the phase', () => site.plans.show(plan.unit, { phase: 'Activating', dataReplicationStatus: 'Swapped' }));
        const again = await ensureWhole(site, plan, { staged: await staged, work });
        await Promise.all([site.fence.ensureOff(plan, work), site.objects.assertVolumesBound(plan)]);
        const started = await site.workloads.ensureStarted(plan, work);
        await shown;
        return [...started, ...again];
      });
    },
  };
}

/** The source cannot write: fence on and nobody recorded as writer, read now. */
export async function assertQuiet(site: SitePorts, plan: Plan): Promise<void> {
  const [record, fence] = await Promise.all([site.ownership.read(plan.unit.name), site.fence.read(plan.unit.name, plan.application.namespace)]);
  if (record === null || record.writer !== null) throw new ChangeoverError('NotFenced', `The record on ${site.site} says that ${record?.writer ?? 'an unknown site'} may write.`);
  if (!fence.on) throw new ChangeoverError('NotFenced', `The fence on ${site.site} is not on.`);
}

/** Storage that does not answer is asked again; storage that has another role is a person's. */
function assertPrimary(here: RoleReading): void {
  if (here.role === 'unreadable') throw new ChangeoverError('Unreachable', `The role of ${here.site} cannot be read just now: the application must not start there yet.`);
  if (here.role !== 'primary') throw new ChangeoverError('RoleChanged', `${here.site} is ${here.role} (${here.state}), not primary: the application must not start there.`);
}

function assertNotPrimary(target: RoleReading | null): void {
  if (target === null || target.role === 'unreadable') throw new ChangeoverError('Unreachable', 'The role of the target cannot be read; it may have become primary.');
  if (target.role === 'primary') throw new ChangeoverError('RoleChanged', `${target.site} is primary: the application must not start at the source.`);
  if (Date.now() - Date.parse(target.at) > READ_NOW_MS) throw new ChangeoverError('Unreachable', 'The role of the target was read too long ago.');
}
