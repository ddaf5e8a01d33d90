import { setTimeout as wait } from 'node:timers/promises';
import { ChangeoverError } from '../domain/errors.js';
import { fenceLabel } from '../domain/names.js';
import { fenceName, GUARD } from '../drivers/kubernetes/fence-policy.js';
import { pathOf, type Kube } from '../drivers/kubernetes/kube.js';
import { bindings, policies } from '../drivers/kubernetes/admission-policies.js';

const namespaces = { group: '', version: 'v1', plural: 'namespaces' };

/** The guard is heard no more about a second after its binding is gone; an API server that is busy takes longer. */
const GUARD_MS = 30_000;
const AGAIN_MS = 250;

/** A fence that stands at a site. */
export interface StandingFence {
  readonly unit: string;
  /** It denies: policy and binding are there, and no namespace says `off`. */
  readonly on: boolean;
  readonly namespaces: readonly string[];
}

/** Every fence at a site, also what an earlier removal left of one. */
export async function standingFences(kube: Kube): Promise<readonly StandingFence[]> {
  const [policyNames, bindingNames, homes] = await Promise.all([names(kube, policies), names(kube, bindings), kube.list(pathOf(namespaces))]);
  const prefix = fenceName('');
  const labels = homes.flatMap(({ metadata }) => Object.entries(metadata.labels ?? {}).filter(([key]) => key.startsWith(fenceLabel(''))).map(([key, value]) => ({ unit: key.slice(fenceLabel('').length), namespace: metadata.name, value })));
  const units = new Set([...[...policyNames, ...bindingNames].filter((name) => name.startsWith(prefix) && name !== GUARD).map((name) => name.slice(prefix.length)), ...labels.map(({ unit }) => unit)]);
  return [...units].toSorted().map((unit) => {
    const own = labels.filter((label) => label.unit === unit);
    const installed = policyNames.includes(fenceName(unit)) && bindingNames.includes(fenceName(unit));
    // As the policy itself reads it: only `off` opens, so a switch that is lost is a fence that is on.
    return { unit, on: installed && (own.length === 0 || own.some(({ value }) => value !== 'off')), namespaces: own.map(({ namespace }) => namespace) };
  });
}

/** Takes every fence and its guard away; bindings first, so that nothing is denied by half a fence. Idempotent. */
export async function removeFences(kube: Kube, fences: readonly StandingFence[]): Promise<readonly string[]> {
  const standing = [...await names(kube, policies), ...await names(kube, bindings)];
  const named = [GUARD, ...fences.map(({ unit }) => fenceName(unit))].filter((name) => standing.includes(name));
  for (const one of [bindings, policies]) for (const name of named) await kube.remove(pathOf(one, undefined, name));
  for (const { unit, namespaces: homes } of fences) for (const name of homes) await dropSwitch(kube, name, unit);
  return [...named.map((name) => `ValidatingAdmissionPolicy ${name} and its binding`), ...fences.flatMap(({ unit, namespaces: homes }) => homes.map((name) => `label ${fenceLabel(unit)} of Namespace ${name}`))];
}

async function dropSwitch(kube: Kube, namespace: string, unit: string): Promise<void> {
  const until = performance.now() + GUARD_MS;
  for (;;) {
    try {
      await kube.patch(pathOf(namespaces, undefined, namespace), { metadata: { labels: { [fenceLabel(unit)]: null } } }, 'merge');
      return;
    } catch (error) {
      if (error instanceof ChangeoverError && error.code === 'NotFound') return;
      const denied = error instanceof ChangeoverError && (error.code === 'Forbidden' || error.code === 'Invalid') && error.message.includes(GUARD);
      if (!denied || performance.now() > until) throw error;
      await wait(AGAIN_MS);
    }
  }
}

async function names(kube: Kube, kind: typeof policies): Promise<readonly string[]> {
  return (await kube.list(pathOf(kind))).map(({ metadata }) => metadata.name).filter((name) => name === GUARD || name.startsWith(fenceName('')));
}
