import type { Plan } from '../domain/plan.js';
import { callsAt } from './calls.js';
import type { Migration } from './migration.js';

/** The plan of a run that goes on in another way. Its digest is made where anybody answers: that needs no cluster. */
export async function sealAnew(migration: Migration, plan: Plan, step: { readonly name: string; readonly title: string }): Promise<void> {
  const draft = { ...plan, digest: '' };
  const at = (site: string, mood: 'look' | 'forward') => callsAt({ site, mood, title: step.title, input: () => ({ site }), id: (activity) => migration.uniqueId(`${step.name}/${activity}@${site}`) });
  const sealed = await at(plan.target, 'look').sealPlan({ draft }).catch(() => at(plan.source, 'forward').sealPlan({ draft }));
  migration.seal(sealed);
}
