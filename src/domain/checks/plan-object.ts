import { bothSites, type Check } from './facts.js';

export const planExistsEverywhere: Check = (facts) =>
  bothSites(facts).flatMap((o) => (o.plan === null ? [`${o.site} has no DisasterRecoveryPlan ${facts.request.unit.namespace}/${facts.request.unit.name}.`] : o.plan.terminating ? [`${o.site}: the DisasterRecoveryPlan is being deleted.`] : []));

export const planNamesTheSource: Check = (facts) =>
  bothSites(facts).flatMap((o) => {
    if (o.plan === null) return [];
    const reasons: string[] = [];
    if (o.plan.statusPrimary !== facts.source.site) reasons.push(`${o.site}: status.primaryCluster is ${o.plan.statusPrimary ?? 'empty'}, but ${facts.source.site} is primary.`);
    const proposed = o.plan.specPrimary;
    const fine = proposed === facts.source.site || (proposed === facts.target.site && (o.site === facts.source.site || o.plan.proposedBy !== null));
    if (!fine) reasons.push(`${o.site}: spec.primaryCluster is ${proposed}; expected ${facts.source.site}, or ${facts.target.site} where this migration was asked for.`);
    if (o.plan.force) reasons.push(`${o.site}: spec.force is true. A planned migration never runs with force; a plan forced once must not be edited before the peers are reconnected.`);
    return reasons;
  });

export const plansSayTheSame: Check = ({ source, target }) => {
  if (source.plan === null || target.plan === null) return [];
  const view = (p: NonNullable<typeof source.plan>) => JSON.stringify([p.namespace, p.labels, p.dataReplicationPointer, p.dnsPointer]);
  return view(source.plan) === view(target.plan) ? [] : [`The DisasterRecoveryPlans on ${source.site} and ${target.site} differ in selector, dataReplicationPointer or dnsPointer.`];
};

export const targetIsPreferred: Check = ({ source, target }) =>
  source.plan === null || source.plan.preferred.length === 0 || source.plan.preferred.includes(target.site) ? [] : [`${target.site} is not in preferredClusterList (${source.plan.preferred.join(', ')}).`];

export const nobodyElseSetsThePrimary: Check = (facts) =>
  bothSites(facts).flatMap((o) => (o.plan?.managedBy ?? []).map((who) => `${o.site}: ${who} manages spec.primaryCluster of the plan and would set it back. Exclude the field there first.`));

/** Law 9: the empty set never means everything by accident. */
export const selectorIsDeliberate: Check = ({ source }) => {
  const { plan } = source;
  if (plan === null) return [];
  const reasons: string[] = [];
  if (plan.namespace.trim() === '') reasons.push('The plan\'s selector.namespace is empty.');
  plan.labels.forEach((entry, i) => {
    if (entry.split(',').some((label) => label.trim() === '')) reasons.push(`selector.labels[${i}] ("${entry}") is empty or has an empty part; an empty label would name everything.`);
  });
  return reasons;
};
