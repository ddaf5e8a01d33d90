import { ChangeoverError } from '../../domain/errors.js';
import type { ReplicationView, SecondaryView } from '../../domain/observation.js';
import type { Replication, VolumeGroup } from '../../ports/replication.js';
import { isoOf } from './clock.js';
import { behindBy, linkIsUp, openVolumes } from './consequences.js';
import { others, siteOf, type Core } from './core.js';
import { present, type Roles } from './roles.js';
import type { Group, SiteState } from './state.js';

export function createReplication(core: Core, site: SiteState, roles: Roles): Replication {
  const mine = (asked: VolumeGroup) => {
    const group = present(core, site);
    if (group.rvg !== asked.rvg || group.diskGroup !== asked.diskGroup) throw new ChangeoverError('NotFound', `${site.site} has no volume group ${asked.rvg} in ${asked.diskGroup}.`);
    return group;
  };
  const answers = () => site.reachable && site.storageReachable && site.powered;
  const primaryHere = (group: Group) => {
    if (group.role !== 'primary') throw new ChangeoverError('RoleChanged', `The volume group ${group.rvg} is ${group.role} on ${site.site}, not primary.`);
  };
  const ready = (view: readonly SecondaryView[], hosts: readonly string[]) =>
    hosts.every((host) => view.some((s) => s.host === host && s.dataStatus === 'consistent, up-to-date' && s.replicationStatus === 'replicating (connected)' && s.loggingTo === 'SRL'));

  return {
    view: async (asked) => (answers() ? viewOf(core, site, mine(asked)) : unreadable(core, site, asked)),
    role: async (asked) => {
      const { at, role, state, liveCommands } = answers() ? viewOf(core, site, mine(asked)) : unreadable(core, site, asked);
      return { site: site.site, at, role, state, liveCommands };
    },
    links: async (asked) => {
      const { at, rvg, role, state, liveCommands, secondaries, configErrors } = answers() ? viewOf(core, site, mine(asked)) : unreadable(core, site, asked);
      return { site: site.site, at, rvg, role, state, liveCommands, secondaries, configErrors };
    },
    standing: async (asked) => {
      const group = mine(asked);
      const { at, role, state, liveCommands, openVolumes: open } = answers() ? viewOf(core, site, group) : unreadable(core, site, asked);
      return { site: site.site, at, role, state, liveCommands, openVolumes: answers() ? open : group.volumes.map((v) => v.name) };
    },
    awaitDrained: async (replication, here, work) => {
      const group = mine(replication.groups[here] ?? { rvg: '', diskGroup: '' });
      work.report(`waiting until every Secondary of ${group.rvg} is up to date`);
      return core.until(work.signal, () => {
        primaryHere(group);
        const secondaries = secondariesOf(core, site, group);
        if (!answers() || group.configErrors.length > 0 || !ready(secondaries, replication.secondaries)) return undefined;
        return secondaries.map((s) => `${s.host}: ${s.dataStatus}; ${s.replicationStatus}; logging to ${s.loggingTo}`);
      });
    },
    awaitClosed: async (asked, work) => {
      mine(asked);
      work.report(`waiting until no volume of ${asked.rvg} is open on ${site.site}`);
      await core.until(work.signal, () => (answers() && openVolumes(site).length === 0 ? true : undefined));
    },
    migrate: async (plan, work) => {
      present(core, site);
      await work.guard();
      return roles.migrate(site, siteOf(core, plan.target === site.site ? plan.source : plan.target));
    },
    takeOver: async (_plan, work) => {
      present(core, site);
      await work.guard();
      return roles.takeOver(site);
    },
    giveUp: async (_plan, work) => {
      present(core, site);
      await work.guard();
      return roles.giveUp(site);
    },
    resync: async (_plan, work) => {
      present(core, site);
      await work.guard();
      return roles.resync(site);
    },
    awaitProtected: async (asked, work) => {
      const group = mine(asked);
      work.report(`waiting until ${group.rvg} is replicated from ${site.site}`);
      return core.until(work.signal, () => {
        const secondaries = secondariesOf(core, site, group);
        const fine = group.role === 'primary' && secondaries.length > 0 && secondaries.every((s) => s.dataStatus.startsWith('consistent') && s.replicationStatus === 'replicating (connected)');
        return fine ? secondaries.map((s) => `${s.host}: ${s.replicationStatus}`) : undefined;
      });
    },
  };
}

function viewOf(core: Core, site: SiteState, group: Group): ReplicationView {
  const peer = others(core, site)[0]?.groups.get(group.rvg);
  return {
    site: site.site,
    at: isoOf(core.clock),
    rvg: group.rvg,
    diskGroup: group.diskGroup,
    role: group.role,
    state: group.liveCommands > 0 ? 'migrate in progress' : 'enabled for I/O',
    volumes: group.volumes.map((v) => {
      const there = peer?.volumes.find((p) => p.name === v.name);
      return { name: v.name, peerName: there?.name ?? null, sectors: v.sectors, peerSectors: there?.sectors ?? null, dcm: v.dcm, peerDcm: there?.dcm ?? null };
    }),
    secondaries: group.role === 'primary' ? secondariesOf(core, site, group) : [],
    configErrors: [...group.configErrors],
    openVolumes: openVolumes(site),
    liveCommands: group.liveCommands,
  };
}

function unreadable(core: Core, site: SiteState, asked: VolumeGroup): ReplicationView {
  return { site: site.site, at: isoOf(core.clock), ...asked, role: 'unreadable', state: 'no answer', volumes: [], secondaries: [], configErrors: [], openVolumes: [], liveCommands: 0 };
}

function secondariesOf(core: Core, site: SiteState, group: Group): readonly SecondaryView[] {
  return others(core, site)
    .map((peer) => peer.groups.get(group.rvg))
    .filter((there) => there !== undefined)
    .map((there) => {
      const behind = behindBy(group, there);
      return {
        host: there.host,
        dataStatus: behind === 0 ? 'consistent, up-to-date' : 'consistent, behind',
        replicationStatus: group.needsResync === true ? 'needs failback synchronization' : linkIsUp(core) && there.role === 'secondary' ? 'replicating (connected)' : 'paused due to network disconnection',
        loggingTo: behind === 0 ? 'SRL' : `SRL (${behind} Kbytes behind, 0 % full)`,
        behind: behind === 0 ? '0h 0m 0s' : `${behind} write(s)`,
        mode: 'asynchronous',
      };
    });
}
