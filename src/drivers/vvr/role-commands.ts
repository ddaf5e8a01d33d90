import { ChangeoverError } from '../../domain/errors.js';
import type { Plan } from '../../domain/plan.js';
import type { CommandResult, RoleCommands, VolumeGroup } from '../../ports/replication.js';
import type { Work } from '../../ports/work.js';
import { groupOf } from './groups.js';
import type { RvgHost } from './printrvg.js';
import type { createReadings } from './readings.js';
import type { createShell } from './shell.js';
import { REPLICATING } from './vocabulary.js';

interface Here {
  readonly site: string;
  readonly shell: ReturnType<typeof createShell>;
  readonly readings: ReturnType<typeof createReadings>;
}

/** VVR's commands that change a role or replication, one attempt each. What became of one is read afterwards, by whoever commanded it. */
export function createRoleCommands({ site, shell, readings }: Here): RoleCommands {
  /**
   * Who is to be Primary is always named, also where one Secondary leaves no choice: VVR carries a migrate out at whoever is Primary, so that
   * one without a name that comes late, or twice, would bring the role back.
   */
  async function targetHost(plan: Plan, group: VolumeGroup): Promise<string> {
    const [only, ...more] = plan.replication?.secondaries ?? [];
    if (only !== undefined && only !== '' && more.length === 0) return only;
    const secondaries = await secondaryHosts(group);
    const [sole, ...others] = secondaries;
    return sole !== undefined && others.length === 0 ? sole.host : hostOf(plan.target, plan, secondaries).host;
  }

  /** The other site of the plan, as this Primary's report names it. */
  async function peerHost(plan: Plan, group: VolumeGroup): Promise<string> {
    return hostOf(plan.target === site ? plan.source : plan.target, plan, await secondaryHosts(group)).host;
  }

  async function secondaryHosts(group: VolumeGroup): Promise<readonly RvgHost[]> {
    const rvg = await readings.printrvg(group);
    return rvg?.hosts.filter((host) => host.role === 'secondary') ?? [];
  }

  function hostOf(other: string, plan: Plan, secondaries: readonly RvgHost[]): RvgHost {
    const wanted = groupOf(plan, other);
    const [host, ...more] = secondaries.filter((one) => one.rvg === wanted.rvg && one.diskGroup === wanted.diskGroup);
    if (host !== undefined && more.length === 0) return host;
    throw new ChangeoverError('RoleChanged', `${secondaries.length} Secondaries of ${wanted.rvg} are reported on ${site}, and ${more.length + (host === undefined ? 0 : 1)} of them have the disk group ${wanted.diskGroup} of ${other}.`);
  }

  const command = (plan: Plan, argv: readonly string[], work: Work): Promise<CommandResult> => shell.change(argv, work, plan.request.options.commandTimeoutMs);

  return {
    async migrate(plan, work) {
      const group = groupOf(plan, site);
      return command(plan, ['vradmin', '-g', group.diskGroup, '-s', 'migrate', group.rvg, await targetHost(plan, group)], work);
    },

    // Fast failback stays on (no -N): the change map is what makes the way back short.
    async takeOver(plan, work) {
      const group = groupOf(plan, site);
      return command(plan, ['vradmin', '-g', group.diskGroup, 'takeover', group.rvg], work);
    },

    // Source of the rule: VVR admin guide, "Failing back using difference-based synchronization". Two Primaries are never up to date with each
    // other once one was written to, and -f gives up just that; no application may run on the volumes, which the caller has read.
    async giveUp(plan, work) {
      const group = groupOf(plan, site);
      return command(plan, ['vradmin', '-g', group.diskGroup, '-f', 'makesec', group.rvg, await peerHost(plan, group)], work);
    },

    // The same guide: fbsync replays the failback log of a takeover; where there is none the RLINK is stale, and everything is copied (-a).
    // Which of the two it is is told by the exit code.
    async resync(plan, work) {
      const group = groupOf(plan, site);
      const host = await peerHost(plan, group);
      const status = await readings.repstatus(group);
      if (status?.secondaries.find((one) => one.host === host)?.replicationStatus.startsWith(REPLICATING) === true) return { command: 'none: replication runs', exitCode: 0, output: '' };
      const replayed = await command(plan, ['vradmin', '-g', group.diskGroup, 'fbsync', group.rvg], work);
      if (replayed.exitCode === 0 || replayed.exitCode === null) return replayed;
      const copied = await command(plan, ['vradmin', '-g', group.diskGroup, '-a', 'startrep', group.rvg, host], work);
      return copied.exitCode === 0 ? copied : { ...copied, output: [replayed.output, copied.output].join('\n') };
    },
  };
}
