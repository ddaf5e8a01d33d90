import { ChangeoverError } from '../domain/errors.js';
import type { Plan } from '../domain/plan.js';
import { assertFresh, assertOf, type Drained, type SnapshotConfirmed, type SourceOffline, type Standing } from '../domain/proofs.js';
import type { Ports, SitePorts } from '../ports/index.js';
import type { CommandResult, StandingView } from '../ports/replication.js';
import { beside, changing, show, type Place } from './boundary.js';
import { assertQuiet } from './outage.js';
import { freeGroup, lockGroup } from './group.js';
import { roleOf, type RoleReading } from './inspection.js';
import { assertOther } from './promotion.js';

export interface SwapProofs {
  readonly offline: SourceOffline;
  readonly drained: Drained;
  /** On the way back the objects stand at the site already. */
  readonly confirmed: SnapshotConfirmed | Standing;
}

/** The role swap: the one place where the outcome may be unclear. */
export function crossing(ports: Ports) {
  return {
    /** One attempt. Its result says what the command said; what became of the roles is read afterwards, on both sites. */
    async swapRoles(input: Place & SwapProofs): Promise<CommandResult> {
      const standing = beside(() => standingAt(ports, input));
      return changing(ports, input, async (work, site, own) => {
        const { plan, offline, drained, confirmed } = input;
        const holder = { run: plan.run, epoch: plan.epoch, nowMs: Date.now() };
        assertOf(offline, plan);
        assertFresh(drained, holder);
        assertFresh(confirmed, holder);
        if ((confirmed.kind === 'standing') !== (plan.procedure === 'turn-back')) throw new ChangeoverError('Bug', `${plan.procedure} crosses with a ${confirmed.kind} proof.`);
        if (plan.replication === null) {
          await assertQuiet(site, plan);
          return { command: 'none: the application has no replicated volume', exitCode: 0, output: '' };
        }
        const [view] = await Promise.all([standing, assertQuiet(site, plan), lockGroup(site, plan)]);
        if (view === null || site.replication === null) throw new ChangeoverError('Bug', `The plan has no volume group for ${input.site}.`);
        if (view.role === 'secondary') return { command: 'none: the roles were swapped already', exitCode: 0, output: '' };
        if (view.role !== 'primary') throw new ChangeoverError('OutcomeUnknown', `${input.site} is ${view.role} (${view.state}); nothing was commanded.`);
        if (view.openVolumes.length > 0) throw new ChangeoverError('StillRunning', `Volumes are open on ${input.site}: ${view.openVolumes.join(', ')}.`);
        if (view.liveCommands > 0) throw new ChangeoverError('OutcomeUnknown', `A role command is already at work on ${input.site}.`);
        // The driver asks the guard right before it commands.
        await own((r) => ({ ...r, phase: 'crossing' }));
        work.report(`swapping roles: ${input.site} → ${plan.target}`);
        return site.replication.migrate(plan, work);
      });
    },

    /**
     * One attempt to make this site Primary by a person's decision: without the source, that was attested to be off; or where no site is
     * Primary, and `other` was read as Secondary just before.
     */
    async takeRole(input: Place & { other?: RoleReading }): Promise<CommandResult> {
      return changing(ports, input, async (work, site, own) => {
        const { plan } = input;
        if (plan.replication === null || site.replication === null) return { command: 'none: the application has no replicated volume', exitCode: 0, output: '' };
        const view = await roleOf(site, plan.replication.groups[input.site] ?? null);
        if (input.other !== undefined) assertOther(input.other, 'secondary');
        if (view.role === 'primary') return { command: 'none: primary already', exitCode: 0, output: '' };
        if (view.role !== 'secondary') throw new ChangeoverError('OutcomeUnknown', `${input.site} is ${view.role} (${view.state}); nothing was commanded.`);
        if (view.liveCommands > 0) throw new ChangeoverError('OutcomeUnknown', `A role command is already at work on ${input.site}.`);
        await lockGroup(site, plan);
        await own((r) => ({ ...r, phase: 'crossing' }));
        await work.guard();
        return site.replication.takeOver(plan, work);
      });
    },

    /** After the roles were read as unchanged and quiet: the record no longer says that a swap may be under way. */
    async ensureNotCrossing(input: Place): Promise<void> {
      return changing(ports, input, async (_work, site, own) => {
        const { plan } = input;
        await assertUnswapped(site, plan);
        await own((r) => (r.phase === 'crossing' ? { ...r, phase: 'offline' } : r));
        await freeGroup(site, plan);
      });
    },

    /** Replication runs from the new Primary; shown in the plan and the DataReplication. */
    async awaitProtected(input: Place): Promise<readonly string[]> {
      return changing(ports, input, async (work, site) => {
        const { plan } = input;
        const group = plan.replication?.groups[input.site];
        if (plan.replication === null || group === undefined || site.replication === null) return ['no replicated volume'];
        const lines = await site.replication.awaitProtected(group, work);
        await show('the data replication', () => site.plans.show(plan.unit, { dataReplicationStatus: 'Replicating' }));
        return lines;
      });
    },
  };
}

/** Read at the source right before its role is commanded; null where the plan or the site has no volume group. */
async function standingAt(ports: Ports, { site, plan }: Place): Promise<StandingView | null> {
  const group = plan.replication?.groups[site];
  const { replication } = ports.site(site);
  return group === undefined || replication === null ? null : replication.standing(group);
}

async function assertUnswapped(site: SitePorts, plan: Plan): Promise<void> {
  if (plan.replication === null) return;
  const view = await roleOf(site, plan.replication?.groups[site.site] ?? null);
  if (view.role !== 'primary') throw new ChangeoverError('RoleChanged', `${site.site} is ${view.role} (${view.state}), not primary.`);
  if (view.liveCommands > 0) throw new ChangeoverError('StillRunning', `A role command is still at work on ${site.site}.`);
}
