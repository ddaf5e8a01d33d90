import { ChangeoverError } from '../../domain/errors.js';
import { keptPlanName, mark, SYSTEM_NAMESPACE } from '../../domain/names.js';
import type { Plan } from '../../domain/plan.js';
import type { RawObject } from '../../ports/objects.js';
import type { KeptPlans } from '../../ports/ownership.js';
import { pathOf, type Kube } from './kube.js';

const configMaps = { group: '', version: 'v1', plural: 'configmaps' };

/** The sealed plan of a run, a ConfigMap in our own namespace; created, or replaced with the resourceVersion that was read. It holds no secret. */
export function createKeptPlan(kube: Kube): KeptPlans {
  const pathTo = (run: string): string => pathOf(configMaps, SYSTEM_NAMESPACE, keptPlanName(run));
  return {
    async keepPlan(plan) {
      try {
        await kube.create(pathOf(configMaps, SYSTEM_NAMESPACE), configMap(plan));
        return;
      } catch (error) {
        if (!(error instanceof ChangeoverError) || error.code !== 'Conflict') throw error;
      }
      const object = await kube.get(pathTo(plan.run));
      if (object === null) throw new ChangeoverError('Conflict', `The plan of ${plan.run} on ${kube.site} was removed just now.`);
      const kept = planOf(object, { run: plan.run, site: kube.site });
      if (kept.epoch >= plan.epoch) return;
      await kube.replace(pathTo(plan.run), configMap(plan, String(object.metadata['resourceVersion'])));
    },
    async keptPlan(run) {
      const object = await kube.get(pathTo(run));
      return object === null ? null : planOf(object, { run, site: kube.site });
    },
    dropPlan: (run) => kube.remove(pathTo(run)),
  };
}

function configMap(plan: Plan, resourceVersion?: string): RawObject {
  return {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: keptPlanName(plan.run), namespace: SYSTEM_NAMESPACE, labels: { [mark.exclude]: 'true' }, ...(resourceVersion === undefined ? {} : { resourceVersion }) },
    data: { unit: plan.unit.name, epoch: String(plan.epoch), plan: JSON.stringify(plan) },
  };
}

/** Enough is looked at to know that it is a plan of this run; that nothing of it was changed is told by its digest. */
function planOf(object: RawObject, { run, site }: { run: string; site: string }): Plan {
  const text = (object['data'] as { plan?: unknown } | undefined)?.plan;
  try {
    const plan = JSON.parse(String(text)) as Plan;
    if (plan.run === run && Number.isSafeInteger(plan.epoch) && typeof plan.digest === 'string') return plan;
  } catch {
    // Said below with the object's name.
  }
  throw new ChangeoverError('Invalid', `The plan of ${run} on ${site} (ConfigMap ${keptPlanName(run)}) cannot be understood.`);
}
