import { ChangeoverError } from '../../domain/errors.js';
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
    take: (unit, turn) => update(unit, (record) => takeTurn(record, turn)),
  };
}
