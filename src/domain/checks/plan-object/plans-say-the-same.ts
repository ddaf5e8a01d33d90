import type { PlanObject } from '../../observation.js';
import { defineCheck, found } from '../check.js';

const view = (plan: PlanObject): string => JSON.stringify([plan.namespace, plan.labels, plan.dataReplicationPointer, plan.dnsPointer]);

export const plansSayTheSame = defineCheck({
  name: 'plans-say-the-same',
  asks: 'The DR plans describe the same application',
  fix: 'Make selector, dataReplicationPointer and dnsPointer equal on both sites.',
  find: ({ source, target }) =>
    source.plan === null || target.plan === null || view(source.plan) === view(target.plan)
      ? []
      : [found(target, `The DisasterRecoveryPlans on ${source.site} and ${target.site} differ in selector, dataReplicationPointer or dnsPointer.`)],
});
