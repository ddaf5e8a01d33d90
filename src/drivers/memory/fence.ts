import { ChangeoverError } from '../../domain/errors.js';
import { mark } from '../../domain/names.js';
import type { Plan } from '../../domain/plan.js';
import type { Fence } from '../../ports/fence.js';
import type { Core } from './core.js';
import { assertDeliberate, carries } from './selection.js';
import type { FenceRule, SiteState } from './state.js';

/** What admission says of a pod, whoever creates it. */
export function isFenced(site: SiteState, namespace: string, pod: { labels: Readonly<Record<string, string>>; claims: readonly string[] }): boolean {
  const covers = (rule: FenceRule) => rule.labels.length === 0 || rule.labels.some((entry) => carries(pod.labels, entry)) || pod.claims.some((c) => rule.claims.includes(c));
  return [...site.fences.values()].some((rule) => rule.on && rule.namespace === namespace && covers(rule));
}

/** Somebody else's change of a namespace's labels; the switch of a fence is ours alone. */
export function mayLabel(labels: Readonly<Record<string, string | null>>): boolean {
  return !Object.keys(labels).some((label) => label.startsWith('fence.'));
}

export function createFence(core: Core, site: SiteState): Fence {
  const ruleOf = (plan: Plan, on: boolean): FenceRule => ({ on, ...plan.application, claims: plan.volumes.map((v) => v.claim) });
  const put = (unit: string, rule: FenceRule) =>
    core.change(`fence ${rule.on ? 'on' : 'off'} at ${site.site}`, () => {
      const record = site.ownership.get(unit);
      if (!rule.on && record?.phase === 'crossing') core.law.break(`The fence of ${site.site} was switched off while a role command may be running.`);
      if (!rule.on && record !== undefined && record.writer !== site.site) core.law.break(`The fence of ${site.site} was switched off while its record says that ${record.writer ?? 'nobody'} may write.`);
      site.fences.set(unit, rule);
    });
  const switchTo = (unit: string, on: boolean) => {
    const rule = site.fences.get(unit);
    if (rule !== undefined && rule.on !== on) put(unit, { ...rule, on });
  };
  return {
    read: async (unit) => ({ supported: site.fenceSupported, installed: site.fences.has(unit), on: site.fences.get(unit)?.on ?? false }),
    ensureInstalled: async (plan, on, work) => {
      assertDeliberate(plan.application);
      if (!site.fenceSupported) throw new ChangeoverError('Refused', `${site.site} does not serve admission policies.`);
      const { namespace } = plan.application;
      await work.guard();
      if (!site.namespaces.has(namespace)) core.change(`namespace on ${site.site}`, () => site.namespaces.set(namespace, { terminating: false, labels: { [mark.run]: plan.run } }));
      const rule = ruleOf(plan, on);
      if (JSON.stringify(site.fences.get(plan.unit.name)) !== JSON.stringify(rule)) put(plan.unit.name, rule);
    },
    ensureOn: async (plan, work) => {
      if (!site.fences.has(plan.unit.name)) throw new ChangeoverError('NotFenced', `No fence is installed on ${site.site}.`);
      await work.guard();
      switchTo(plan.unit.name, true);
      return `pods "changeover-probe" is forbidden: the fence of ${plan.unit.name} is on at ${site.site}`;
    },
    ensureOff: async (plan, work) => {
      await work.guard();
      switchTo(plan.unit.name, false);
    },
    ensureRemoved: async (plan, work) => {
      await work.guard();
      if (site.fences.has(plan.unit.name)) core.change(`fence removed at ${site.site}`, () => site.fences.delete(plan.unit.name));
    },
  };
}
