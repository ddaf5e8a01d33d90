import { ChangeoverError } from '../../domain/errors.js';
import { assertTakeable } from '../../domain/group-lock.js';
import { takeTurn, type OwnershipRecord } from '../../domain/ownership.js';
import type { Ownership } from '../../ports/ownership.js';
import type { Core } from './core.js';
import type { SiteState } from './state.js';

export function createOwnership(core: Core, site: SiteState): Ownership {
  const update = async (unit: string, change: (record: OwnershipRecord) => OwnershipRecord): Promise<OwnershipRecord> => {
    const before = site.ownership.get(unit);
    if (before === undefined) throw new ChangeoverError('NotFound', `${site.site} has no ownership record for ${unit}.`);
    const after = change(before);
    if (after !== before) core.change(`ownership of ${unit} on ${site.site}`, () => site.ownership.set(unit, structuredClone(after)));
    return structuredClone(after);
  };
  return {
    read: async (unit) => structuredClone(site.ownership.get(unit) ?? null),
    create: async (record) => {
      if (site.ownership.has(record.unit)) throw new ChangeoverError('Conflict', `${site.site} already has an ownership record for ${record.unit}.`);
      core.change(`adoption of ${record.unit} on ${site.site}`, () => site.ownership.set(record.unit, structuredClone(record)));
    },
    update,
    takeGroup: async (group, by) => {
      const name = `${group.diskGroup}/${group.rvg}`;
      const held = site.groupLocks.get(name);
      if (held !== undefined) assertTakeable(name, { held, by, record: site.ownership.get(held.unit) ?? null });
      core.change(`lock of ${name} on ${site.site}`, () => site.groupLocks.set(name, by));
    },
    freeGroup: async (group, run) => {
      const name = `${group.diskGroup}/${group.rvg}`;
      if (site.groupLocks.get(name)?.run === run) core.change(`lock of ${name} on ${site.site}`, () => site.groupLocks.delete(name));
    },
    keepPlan: async (plan) => {
      const kept = site.keptPlans.get(plan.run);
      if (kept === undefined || kept.epoch < plan.epoch) core.change(`plan of ${plan.run} on ${site.site}`, () => site.keptPlans.set(plan.run, structuredClone(plan)));
    },
    keptPlan: async (run) => structuredClone(site.keptPlans.get(run) ?? null),
    dropPlan: async (run) => {
      if (site.keptPlans.has(run)) core.change(`plan of ${run} on ${site.site}`, () => site.keptPlans.delete(run));
    },
    take: (unit, turn) => update(unit, (record) => takeTurn(record, turn)),
  };
}
