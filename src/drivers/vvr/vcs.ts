import type { VcsGroup, VcsView } from '../../domain/observation.js';
import type { VolumeGroup } from '../../ports/replication.js';

const ABSENT = 'no VCS here';
const NEXT = '--';
const SILENT = 'VCS did not answer';

/**
 * Asks a node's Cluster Server for all its resources and groups (hares(1m), hagrp(1m)), in one exec. Where the two commands are not even
 * installed beside `vradmin`, nothing of VCS runs there. The question itself never fails: a pod whose engine is silent may still be asked
 * about the storage.
 */
export const vcsQuestion: readonly string[] = ['sh', '-c', `PATH="$PATH:/opt/VRTS/bin:/opt/VRTSvcs/bin"; command -v hares >/dev/null 2>&1 || { echo "${ABSENT}"; exit 0; }; hares -display && echo "${NEXT}" && hagrp -display || echo "${SILENT}"`];

/** Agents that make a Secondary the Primary when their resource is brought online (VCS bundled agents guide); the others only watch. */
const changesRoles: ReadonlySet<string> = new Set(['RVGPrimary', 'RVGSharedPri']);

/** What VCS would do to the role of this volume group. A resource that does not say whose role it changes may change ours. */
export function parseVcs(text: string, { rvg, diskGroup }: VolumeGroup): VcsView {
  if (text.trim() === ABSENT) return { state: 'absent', groups: [] };
  const lines = text.split(/\r?\n/);
  const end = lines.indexOf(NEXT);
  const resources = attributesOf(lines.slice(0, end));
  const groups = attributesOf(lines.slice(end + 1));
  if (end < 0 || lines.includes(SILENT)) return { state: 'unreadable', groups: [] };
  const isOurs = (resource: Attributes): boolean => {
    const named = resources.get(resource.get('RvgResourceName') ?? '');
    const [group, disks] = [named?.get('RVG'), named?.get('DiskGroup')];
    return group === undefined || group === '' || (group === rvg && (disks === undefined || disks === '' || disks === diskGroup));
  };
  const found = [...resources].filter(([, resource]) => changesRoles.has(resource.get('Type') ?? '') && isOurs(resource));
  return {
    state: 'read',
    groups: found.map(([name, resource]): VcsGroup => {
      const group = resource.get('Group') ?? '';
      const said = groups.get(group);
      return { name: group, resource: name, type: resource.get('Type') ?? '', isFrozen: said?.get('Frozen') === '1' || said?.get('TFrozen') === '1' };
    }),
  };
}

type Attributes = ReadonlyMap<string, string>;

/** Rows of four columns: object, attribute, system (or `global`), value. The first of several systems counts. */
function attributesOf(lines: readonly string[]): ReadonlyMap<string, Attributes> {
  const objects = new Map<string, Map<string, string>>();
  for (const line of lines) {
    const [, name, attribute, value = ''] = /^\s*(\S+)\s+(\S+)\s+\S+(?:\s+(.*?))?\s*$/.exec(line) ?? [];
    if (name === undefined || attribute === undefined || name.startsWith('#')) continue;
    const known = objects.get(name) ?? new Map<string, string>();
    objects.set(name, known);
    if (!known.has(attribute)) known.set(attribute, value);
  }
  return objects;
}
