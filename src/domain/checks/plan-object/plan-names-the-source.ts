import type { SiteObservation } from '../../observation.js';
import { defineCheck, found } from '../check.js';
import { bothSites, type Facts } from '../facts.js';

function faultsOf({ site, plan }: SiteObservation, { source, target }: Facts): readonly string[] {
  if (plan === null) return [];
  const faults: string[] = [];
  if (plan.statusPrimary !== source.site) faults.push(`${site}: status.primaryCluster is ${plan.statusPrimary ?? 'empty'}, but ${source.site} is primary.`);
  const proposed = plan.specPrimary;
  const isFine = proposed === source.site || (proposed === target.site && (site === source.site || plan.proposedBy !== null));
  if (!isFine) faults.push(`${site}: spec.primaryCluster is ${proposed}; expected ${source.site}, or ${target.site} where this migration was asked for.`);
  if (plan.force) faults.push(`${site}: spec.force is true. A planned migration never runs with force; a plan forced once must not be edited before the peers are reconnected.`);
  return faults;
}

export const planNamesTheSource = defineCheck({
  name: 'plan-names-the-source',
  asks: 'The DR plans say that the source is primary',
  fix: 'Correct the plan\'s spec, or adopt the application again where its status is wrong.',
  find: (facts) => bothSites(facts).flatMap((o) => faultsOf(o, facts).map((says) => found(o, says))),
});
