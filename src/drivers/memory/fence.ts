import { ChangeoverError } from '../../domain/errors.js';
import type { Fence } from '../../ports/fence.js';
import type { Core } from './core.js';
import type { SiteState } from './state.js';

export function createFence(core: Core, site: SiteState): Fence {
  const switchTo = (unit: string, on: boolean) =>
    core.change(`fence ${on ? 'on' : 'off'} at ${site.site}`, () => {
      const record = site.ownership.get(unit);
      if (!on && record?.phase === 'crossing') core.law.break(`The fence of ${site.site} was switched off while a role command may be running.`);
      if (!on && record !== undefined && record.writer !== site.site) core.law.break(`The fence of ${site.site} was switched off while its record says that ${record.writer ?? 'nobody'} may write.`);
      site.fences.set(unit, { on });
    });
  return {
    read: async (unit) => ({ supported: site.fenceSupported, installed: site.fences.has(unit), on: site.fences.get(unit)?.on ?? false }),
    ensureInstalled: async (plan, on, work) => {
      if (!site.fenceSupported) throw new ChangeoverError('Refused', `${site.site} does not serve admission policies.`);
      await work.guard();
      if (!site.namespace.exists) core.change(`namespace on ${site.site}`, () => (site.namespace = { exists: true, terminating: false, createdBy: plan.run }));
      if (site.fences.get(plan.unit.name)?.on !== on) switchTo(plan.unit.name, on);
    },
    ensureOn: async (plan, work) => {
      if (!site.fences.has(plan.unit.name)) throw new ChangeoverError('NotFenced', `No fence is installed on ${site.site}.`);
      await work.guard();
      if (site.fences.get(plan.unit.name)?.on !== true) switchTo(plan.unit.name, true);
      return `pods "changeover-probe" is forbidden: the fence of ${plan.unit.name} is on at ${site.site}`;
    },
    ensureOff: async (plan, work) => {
      await work.guard();
      if (site.fences.get(plan.unit.name)?.on === true) switchTo(plan.unit.name, false);
    },
    ensureRemoved: async (plan, work) => {
      await work.guard();
      if (site.fences.has(plan.unit.name)) core.change(`fence removed at ${site.site}`, () => site.fences.delete(plan.unit.name));
    },
  };
}
