import type { SiteObservation } from '../../observation.js';
import { defineCheck, found } from '../check.js';

function faultsOf({ site, plan, dataReplication: dr }: SiteObservation, primary: string): readonly string[] {
  const pointer = plan?.dataReplicationPointer ?? null;
  if (plan === null || pointer === null) return [];
  if (dr === null) return [`${site}: DataReplication ${pointer} does not exist.`];
  const faults: string[] = [];
  if (dr.specPrimary !== primary) faults.push(`${site}: DataReplication ${pointer} says spec.currentPrimary is ${dr.specPrimary}, not ${primary}.`);
  if (dr.statusPrimary !== null && dr.statusPrimary !== dr.specPrimary) faults.push(`${site}: DataReplication ${pointer} is changing from ${dr.statusPrimary} to ${dr.specPrimary}.`);
  if (dr.force) faults.push(`${site}: DataReplication ${pointer} has force set.`);
  if (dr.configErrors !== '') faults.push(`${site}: DataReplication ${pointer} reports configuration errors: ${dr.configErrors}`);
  if (dr.namespace !== plan.namespace) faults.push(`${site}: DataReplication ${pointer} replicates namespace ${dr.namespace}, the plan moves ${plan.namespace}.`);
  return faults;
}

export const dataReplicationAgrees = defineCheck({
  name: 'data-replication-agrees',
  asks: 'The DataReplication agrees with the plan',
  fix: 'Correct the DataReplication, or wait until it has settled.',
  find: ({ source, target }) => [source, target].flatMap((o) => faultsOf(o, source.site).map((says) => found(o, says))),
});
