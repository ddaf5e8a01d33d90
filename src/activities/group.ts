import type { Plan } from '../domain/plan.js';
import type { SitePorts } from '../ports/index.js';

/** Nobody else commands the roles of this volume group here while this run has the lock. */
export async function lockGroup(site: SitePorts, plan: Plan): Promise<void> {
  const group = plan.replication?.groups[site.site];
  if (group !== undefined) await site.ownership.takeGroup(group, { unit: plan.unit.name, run: plan.run, epoch: plan.epoch });
}

/** The run commands no role of its volume group here any more. */
export async function freeGroup(site: SitePorts, plan: Plan): Promise<void> {
  const group = plan.replication?.groups[site.site];
  if (group !== undefined) await site.ownership.freeGroup(group, plan.run);
}
