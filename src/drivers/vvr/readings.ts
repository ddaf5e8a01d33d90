import type { ReplicationView, ReplicatedVolume, VcsView } from '../../domain/observation.js';
import type { LinksView, RoleView, StandingView, VolumeGroup } from '../../ports/replication.js';
import { localHost, ownRole, parsePrintrvg, type Printrvg } from './printrvg.js';
import { parsePrintvol } from './printvol.js';
import { parseRepstatus, type Repstatus } from './repstatus.js';
import type { Shell } from './shell.js';
import { parseVcs, vcsQuestion } from './vcs.js';
import { mayBeCommanded } from './vocabulary.js';
import { notClosed } from './vxprint.js';

/** What a site's storage says now. Nothing here changes anything. */
export interface Readings {
  repstatus(group: VolumeGroup): Promise<Repstatus | null>;
  printrvg(group: VolumeGroup): Promise<Printrvg | null>;
  /** Volumes not reported as closed; throws when it cannot be read. */
  open(group: VolumeGroup): Promise<readonly string[]>;
  view(group: VolumeGroup): Promise<ReplicationView>;
  role(group: VolumeGroup): Promise<RoleView>;
  links(group: VolumeGroup): Promise<LinksView>;
  standing(group: VolumeGroup): Promise<StandingView>;
}

/** This site's own role, and whether a command may still act on it, from what could be read. */
function roleIn(rvg: Printrvg | null, status: Repstatus | null): Pick<ReplicationView, 'role' | 'state' | 'liveCommands'> {
  const state = (rvg === null ? null : localHost(rvg)?.state) ?? status?.rvgState ?? '';
  const role = rvg === null ? 'unreadable' : ownRole(rvg);
  const stale = (status?.configErrors.length ?? 0) + (rvg?.configErrors.length ?? 0) > 0;
  return { role, state, liveCommands: mayBeCommanded({ role, state, stale }) ? 1 : 0 };
}

export function createReadings(shell: Shell, site: string): Readings {
  // Names of the volumes as last read, so that `open` and `view` need one round trip; `view` corrects them.
  const known = new Map<string, readonly string[]>();
  const keyOf = ({ diskGroup, rvg }: VolumeGroup): string => `${diskGroup}/${rvg}`;

  const repstatus = async (group: VolumeGroup): Promise<Repstatus | null> =>
    parseRepstatus(await shell.read(['vradmin', '-g', group.diskGroup, '-l', 'repstatus', group.rvg]), group.rvg);

  const printrvg = async (group: VolumeGroup): Promise<Printrvg | null> =>
    parsePrintrvg(await shell.read(['vradmin', '-g', group.diskGroup, '-l', 'printrvg', group.rvg]), group.rvg);

  async function volumes(group: VolumeGroup): Promise<readonly ReplicatedVolume[]> {
    const found = parsePrintvol(await shell.read(['vradmin', '-g', group.diskGroup, 'printvol', group.rvg]));
    known.set(keyOf(group), found.map(({ name }) => name));
    return found;
  }

  async function openAmong(group: VolumeGroup, names: readonly string[]): Promise<readonly string[]> {
    if (names.length === 0) return [];
    return notClosed(await shell.read(['vxprint', '-g', group.diskGroup, '-l', ...names]), names);
  }

  async function open(group: VolumeGroup): Promise<readonly string[]> {
    const names = known.get(keyOf(group)) ?? (await volumes(group)).map(({ name }) => name);
    // A group without volumes is a report that we do not understand, and must not read as "nothing is open".
    return names.length === 0 ? [`every volume of ${group.rvg}`] : openAmong(group, names);
  }

  async function view(group: VolumeGroup): Promise<ReplicationView> {
    const before = known.get(keyOf(group)) ?? [];
    const [linked, vcs, found, opened] = await Promise.all([
      links(group),
      shell.read(vcsQuestion).then((text) => parseVcs(text, group), (): VcsView => ({ state: 'unreadable', groups: [] })),
      volumes(group).catch(() => null),
      openAmong(group, before).catch(() => before),
    ]);
    const names = found?.map(({ name }) => name) ?? before;
    const unseen = names.filter((name) => !before.includes(name));
    const late = await openAmong(group, unseen).catch(() => unseen);
    return {
      ...linked,
      diskGroup: group.diskGroup,
      vcs,
      volumes: found ?? [],
      openVolumes: names.length === 0 ? [`every volume of ${group.rvg}`] : [...opened.filter((name) => names.includes(name)), ...late],
    };
  }

  async function links(group: VolumeGroup): Promise<LinksView> {
    const at = new Date().toISOString();
    const [status, rvg] = await Promise.all([repstatus(group).catch(() => null), printrvg(group).catch(() => null)]);
    const configErrors = [...new Set([...(status?.configErrors ?? []), ...(rvg?.configErrors ?? [])])];
    return { site, at, rvg: group.rvg, ...roleIn(rvg, status), secondaries: status?.secondaries ?? [], configErrors };
  }

  async function role(group: VolumeGroup): Promise<RoleView> {
    const at = new Date().toISOString();
    const rvg = await printrvg(group).catch(() => null);
    // Only repstatus is documented to print the state; where printrvg does too, one command is enough.
    const isSilent = rvg !== null && localHost(rvg)?.state === null;
    return { site, at, ...roleIn(rvg, isSilent ? await repstatus(group).catch(() => null) : null) };
  }

  async function standing(group: VolumeGroup): Promise<StandingView> {
    const unread = [`every volume of ${group.rvg}`];
    const [view, openVolumes] = await Promise.all([role(group), open(group).catch(() => unread)]);
    return { ...view, openVolumes };
  }

  return { repstatus, printrvg, open, view, role, links, standing };
}
