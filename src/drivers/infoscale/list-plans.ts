import { pathOf, type Kube } from '../kubernetes/kube.js';
import { readPlan } from './read-objects.js';
import { drPlans } from './resources.js';

/** A DR plan on one site, reduced to what a list shows. */
export interface ListedPlan {
  readonly name: string;
  readonly namespace: string;
  readonly specPrimary: string;
  readonly statusPrimary: string | null;
}

/** All DR plans of a namespace on one site. */
export async function listPlans(kube: Kube, namespace: string): Promise<readonly ListedPlan[]> {
  const objects = await kube.list(pathOf(drPlans, namespace));
  return objects.map((object) => {
    const { specPrimary, statusPrimary } = readPlan(object);
    return { name: object.metadata.name, namespace, specPrimary, statusPrimary };
  });
}
