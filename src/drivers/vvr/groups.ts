import { ChangeoverError } from '../../domain/errors.js';
import type { Plan } from '../../domain/plan.js';
import type { VolumeGroup } from '../../ports/replication.js';

/** The volume group of a site, as the plan names it. Throws `Invalid` where it names none. */
export function groupOf(plan: Plan, site: string): VolumeGroup {
  return groupAt(plan.replication?.groups ?? {}, site);
}

export function groupAt(groups: Readonly<Record<string, VolumeGroup>>, site: string): VolumeGroup {
  const group = groups[site];
  if (group === undefined) throw new ChangeoverError('Invalid', `The plan names no volume group on ${site}.`);
  return group;
}
