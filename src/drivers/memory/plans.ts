import { ChangeoverError } from '../../domain/errors.js';
import type { UnitRef } from '../../domain/request.js';
import type { Plans } from '../../ports/plans.js';
import type { Core } from './core.js';
import { judgeStatusChange } from './law.js';
import type { SiteState } from './state.js';

export function createPlans(core: Core, site: SiteState): Plans {
  const planOf = (unit: UnitRef) => {
    const found = site.plans.get(unit.name);
    if (found === undefined) throw new ChangeoverError('NotFound', `${site.site} has no DisasterRecoveryPlan ${unit.namespace}/${unit.name}.`);
    return found;
  };
  return {
    membership: async () => structuredClone(site.membership),
    foreignManagers: async () => [...site.foreignManagers],
    plan: async (unit) => structuredClone(site.plans.get(unit.name)?.object ?? null),
    dataReplication: async (_unit, name) => structuredClone(site.dataReplications.get(name) ?? null),
    dns: async (_unit, name) => structuredClone(site.dnsObjects.get(name) ?? null),
    propose: async (unit, primary, run) => {
      const { object } = planOf(unit);
      if (object.specPrimary === primary && object.proposedBy === run) return;
      core.change(`spec.primaryCluster on ${site.site}`, () => {
        if (object.specPrimary !== primary) object.generation += 1;
        Object.assign(object, { specPrimary: primary, proposedBy: run });
      });
    },
    remember: async (unit, measured) => {
      const { object } = planOf(unit);
      core.change(`annotations of the plan on ${site.site}`, () => Object.assign(object, { measured: structuredClone(measured) }));
    },
    retract: async (unit, { run, from, to }) => {
      const { object } = planOf(unit);
      if (object.proposedBy !== run) return null;
      const stays = object.specPrimary !== from && object.specPrimary !== to;
      core.change(`spec.primaryCluster on ${site.site}`, () => {
        if (object.specPrimary === from) object.generation += 1;
        Object.assign(object, { specPrimary: stays ? object.specPrimary : to, proposedBy: null });
      });
      return stays ? object.specPrimary : null;
    },
    show: async (unit, status) => {
      const plan = planOf(unit);
      core.change(`transient status on ${site.site}`, () => (plan.transient = { ...plan.transient, ...structuredClone(status) }));
    },
    settle: async (unit, primary) => {
      const plan = planOf(unit);
      core.change(`status on ${site.site}`, () => {
        plan.transient = {};
        if (primary === null || plan.object.statusPrimary === primary) return;
        judgeStatusChange(core, site, primary);
        plan.object.statusPrimary = primary;
      });
    },
    recordDataPrimary: async (_unit, name, primary) => {
      const object = site.dataReplications.get(name);
      if (object === undefined) throw new ChangeoverError('NotFound', `${site.site} has no DataReplication ${name}.`);
      core.change(`DataReplication on ${site.site}`, () => Object.assign(object, { specPrimary: primary, statusPrimary: primary }));
    },
  };
}
