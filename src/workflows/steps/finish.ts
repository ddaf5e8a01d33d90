import type { Measured } from '../../domain/outage-times.js';
import type { Owed } from '../pay-debts.js';
import { explain } from '../failures.js';
import { defineStep } from '../step.js';

/**
 * Transient status cleaned; `status.primaryCluster` changes last: target first, then source and the other members.
 * A site that cannot be written becomes a debt: what is returned.
 */
export const finish = defineStep<Measured | null, readonly Owed[]>({
  name: 'finish',
  title: 'Cleaning up and recording the new primary',
  async do({ at, plan, target }, measured) {
    await at(target).ensureFinished({ measured });
    const debts: Owed[] = [];
    for (const site of plan.members.filter((m) => m !== target)) {
      try {
        await at(site).ensureFinished({ measured });
      } catch (error) {
        debts.push({ site, sentence: `${site} does not know yet that ${target} is primary: ${explain(error).message}` });
      }
    }
    return debts;
  },
  note: (debts) => debts.map((debt) => debt.sentence).join(' ') || 'status.primaryCluster names the target on every site',
});
