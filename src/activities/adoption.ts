import { ChangeoverError } from '../domain/errors.js';
import type { UnitRef } from '../domain/request.js';
import type { Ports } from '../ports/index.js';
import { looking } from './boundary.js';

/** The first ownership record of a unit. */
export function adoption(ports: Ports) {
  return {
    /** Creates the record where there is none; an equal one is fine, a free one of an older epoch is raised, another one refuses. */
    async ensureAdopted(input: { site: string; unit: UnitRef; writer: string; epoch: number; expectedUid: string }): Promise<void> {
      return looking(async () => {
        const site = ports.site(input.site);
        const { clusterUid } = await site.identity();
        if (clusterUid !== input.expectedUid) throw new ChangeoverError('WrongSite', `The cluster reached as ${input.site} changed between looking and adopting.`);
        const known = await site.ownership.read(input.unit.name);
        if (known === null) {
          await site.ownership.create({ unit: input.unit.name, epoch: input.epoch, writer: input.writer, run: null, procedure: null, phase: 'free', turns: {}, clusterUid });
        } else {
          await site.ownership.update(input.unit.name, (record) => {
            if (record.writer !== input.writer || record.epoch > input.epoch || record.run !== null) {
              throw new ChangeoverError('OwnershipLost', `${input.site} has another ownership record: epoch ${record.epoch}, writer ${record.writer ?? 'nobody'}.`);
            }
            return record.epoch === input.epoch ? record : { ...record, epoch: input.epoch };
          });
        }
        await site.plans.settle(input.unit, input.writer);
      });
    },
  };
}
