import { disagreements, type Adoption } from '../domain/adoption.js';
import type { UnitRef } from '../domain/request.js';
import { callsAt } from './calls.js';
import { explain, failure } from './failures.js';

export interface AdoptRequest {
  readonly unit: UnitRef;
  readonly sites: readonly string[];
}

/** Writes ownership and `status.primaryCluster` for the first time, where spec, roles and the running application agree. */
export async function adopt(request: AdoptRequest): Promise<Adoption> {
  const ids = new Map<string, number>();
  const at = (site: string) =>
    callsAt({
      site,
      mood: 'calm',
      title: `Adopting ${request.unit.name}`,
      input: () => ({ site }),
      id: (activity) => {
        const times = (ids.get(`${activity}@${site}`) ?? 0) + 1;
        ids.set(`${activity}@${site}`, times);
        return `adopt/${activity}@${site}${times === 1 ? '' : `#${times}`}`;
      },
    });
  const seen = await Promise.all(
    request.sites.map(async (site) => {
      try {
        return await at(site).observeSite({ unit: request.unit, against: null });
      } catch (error) {
        throw failure('Refused', `${site} could not be observed: ${explain(error).message}`);
      }
    }),
  );
  const found = disagreements(seen);
  if (found.kind === 'refused') throw failure('Refused', `Not adopted, nothing was changed: ${found.reasons.join(' ')}`, [{ reasons: found.reasons }]);
  for (const site of found.members) await at(site).ensureAdopted({ unit: request.unit, writer: found.writer, epoch: found.epoch, expectedUid: found.clusterUids[site] ?? '' });
  return { unit: request.unit.name, writer: found.writer, members: found.members, epoch: found.epoch };
}
