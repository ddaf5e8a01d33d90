import { ChangeoverError } from '../domain/errors.js';
import type { Plan } from '../domain/plan.js';
import type { GroupReport } from '../domain/promotion.js';
import type { Role } from '../domain/roles.js';
import type { Ports, SitePorts } from '../ports/index.js';
import type { CommandResult, VolumeGroup } from '../ports/replication.js';
import { changing, looking, type Place } from './boundary.js';
import { lockGroup } from './group.js';
import { roleOf, viewOf, type RoleReading } from './inspection.js';
import { READ_NOW_MS } from './outage.js';

/** One Primary again where two sites are, or none is: by a person's decision only. */
export function promotion(ports: Ports) {
  return {
    /** What would be lost if this site gave up. Changes nothing; what cannot be read is said to be unknown. */
    async observeGroup(input: { site: string; plan: Plan }): Promise<GroupReport> {
      return looking(async () => {
        const { plan } = input;
        const site = ports.site(input.site);
        const [view, fence, running] = await Promise.all([
          viewOf(site, plan.replication?.groups[input.site] ?? null),
          site.fence.read(plan.unit.name, plan.application.namespace).catch(() => null),
          runningAt(site, plan).catch(() => null),
        ]);
        const { at, role, state, openVolumes } = view;
        const secondaries = view.secondaries.map((one) => `${one.host}: ${one.dataStatus}, ${one.replicationStatus}, logging to ${one.loggingTo}`);
        return { site: input.site, at, role, state, secondaries, openVolumes, fence: fence === null ? 'unknown' : !fence.installed ? 'absent' : fence.on ? 'on' : 'off', running };
      });
    },

    /**
     * One attempt to make this Primary the Secondary of the other one, which was read just before. First it is proven that the application
     * cannot write here: fence on, nobody recorded as writer, nothing running, no volume open; what cannot be read is a no.
     */
    async giveUpRole(input: Place & { other: RoleReading }): Promise<CommandResult> {
      return changing(ports, input, async (work, site, own) => {
        const { plan, other } = input;
        const { replication, group } = replicatedAt(site, plan);
        assertOther(other, 'primary');
        const [standing] = await Promise.all([replication.standing(group), assertCannotWrite(site, plan)]);
        if (standing.role === 'secondary') return { command: 'none: Secondary already', exitCode: 0, output: '' };
        if (standing.role !== 'primary') throw new ChangeoverError('OutcomeUnknown', `${input.site} is ${standing.role} (${standing.state}); nothing was commanded.`);
        if (standing.openVolumes.length > 0) throw new ChangeoverError('StillRunning', `Volumes are open on ${input.site}: ${standing.openVolumes.join(', ')}.`);
        if (standing.liveCommands > 0) throw new ChangeoverError('OutcomeUnknown', `A role command is already at work on ${input.site}.`);
        await lockGroup(site, plan);
        await own((r) => ({ ...r, phase: 'crossing' }));
        work.report(`${input.site} gives the role up for ${other.site}`);
        return replication.giveUp(plan, work);
      });
    },

    /** The other site, read just before as Secondary, gets what this Primary has. Begins it only; nothing is commanded where replication runs. */
    async ensureResync(input: Place & { other: RoleReading }): Promise<CommandResult> {
      return changing(ports, input, async (work, site) => {
        const { plan, other } = input;
        const { replication, group } = replicatedAt(site, plan);
        assertOther(other, 'secondary');
        const here = await roleOf(site, group);
        if (here.role !== 'primary') throw new ChangeoverError('RoleChanged', `${input.site} is ${here.role} (${here.state}), not primary.`);
        await lockGroup(site, plan);
        const result = await replication.resync(plan, work);
        // The other site follows a moment after it heard of the new Primary: until then the storage refuses.
        if (result.exitCode !== 0) throw new ChangeoverError(result.exitCode === null ? 'SwapFailed' : 'StillDraining', `${result.command} exited with ${result.exitCode ?? 'no status'}: ${result.output}`);
        return result;
      });
    },
  };
}

/** The other site is what the decision was about, read now, with no command at work. */
export function assertOther({ site, at, role, state, liveCommands }: RoleReading, wanted: Role): void {
  if (role !== wanted) throw new ChangeoverError('RoleChanged', `${site} is ${role} (${state}), not ${wanted}; nothing was commanded.`);
  if (liveCommands > 0) throw new ChangeoverError('OutcomeUnknown', `A role command is at work on ${site}; nothing was commanded.`);
  if (Date.now() - Date.parse(at) > READ_NOW_MS) throw new ChangeoverError('RoleChanged', `The role of ${site} was read too long ago; nothing was commanded.`);
}

function replicatedAt(site: SitePorts, plan: Plan): { readonly replication: NonNullable<SitePorts['replication']>; readonly group: VolumeGroup } {
  const group = plan.replication?.groups[site.site];
  if (site.replication === null || group === undefined) throw new ChangeoverError('Bug', `The plan has no volume group for ${site.site}.`);
  return { replication: site.replication, group };
}

async function assertCannotWrite(site: SitePorts, plan: Plan): Promise<void> {
  const [record, fence, running] = await Promise.all([site.ownership.read(plan.unit.name), site.fence.read(plan.unit.name, plan.application.namespace), runningAt(site, plan)]);
  if (record === null || record.writer === site.site) throw new ChangeoverError('NotFenced', `The record on ${site.site} says that ${record === null ? 'an unknown site' : site.site} may write; nothing was commanded.`);
  if (!fence.on) throw new ChangeoverError('NotFenced', `The fence on ${site.site} is not on; nothing was commanded.`);
  if (running.length > 0) throw new ChangeoverError('StillRunning', `On ${site.site}: ${running.join(', ')}; nothing was commanded.`);
}

/** Workloads of the application with ready pods, and other pods that mount one of its claims. */
async function runningAt(site: SitePorts, plan: Plan): Promise<readonly string[]> {
  const { workloads, foreignMounters } = await site.workloads.observe(plan.application, null);
  return [...workloads.filter(({ ready }) => ready > 0).map(({ kind, name, ready }) => `${kind}/${name} ${ready} ready`), ...foreignMounters.map((pod) => `pod ${pod}`)];
}
