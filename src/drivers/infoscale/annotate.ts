import { setTimeout as wait } from 'node:timers/promises';
import { formatDecisionAnnotation, isPlainName, parseAnswerAnnotation, type AnnotatedDecision, type DecisionAnswer } from '../../domain/annotations.js';
import { ChangeoverError } from '../../domain/errors.js';
import { mark } from '../../domain/names.js';
import type { UnitRef } from '../../domain/request.js';
import type { RawObject } from '../../ports/objects.js';
import { readUser } from '../kubernetes/identity.js';
import { pathOf, type Kube } from '../kubernetes/kube.js';
import { drPlans } from './resources.js';

/**
 * Writes a decision on the plan under the name by which the API server knows the kubeconfig, so that the admission policy lets it through.
 * Never over another decision that nobody has answered yet. Throws `Conflict` then, `NotFound` without a plan, `Invalid` for a name that
 * cannot be vouched for.
 */
export async function annotateDecision(kube: Kube, unit: UnitRef, decision: Omit<AnnotatedDecision, 'by'>): Promise<{ readonly by: string }> {
  const path = pathOf(drPlans, unit.namespace, unit.name);
  const [by, plan] = await Promise.all([readUser(kube), kube.get(path)]);
  if (plan === null) throw new ChangeoverError('NotFound', `The DR plan ${unit.namespace}/${unit.name} does not exist in this cluster.`);
  if (!isPlainName(by)) throw new ChangeoverError('Invalid', `The name ${by} has characters that the admission policy cannot compare; decide through the API.`);
  const text = formatDecisionAnnotation({ ...decision, by });
  const standing = plan.metadata.annotations?.[mark.decision];
  if (standing === text) return { by };
  if (standing !== undefined) throw new ChangeoverError('Conflict', `Another decision stands on ${unit.name} and is not answered yet: ${standing}. Remove it with: kubectl annotate drplan ${unit.name} -n ${unit.namespace} ${mark.decision}-`);
  await kube.patch(path, { metadata: { resourceVersion: plan.metadata['resourceVersion'], annotations: { [mark.decision]: text } } }, 'merge');
  return { by };
}

/** How often the plan is looked at where the account may read it and not watch it. */
const LOOK_EVERY_MS = 500;

/** What became of the decision with this id; null where nobody answered within the time. */
export async function awaitAnswer(kube: Kube, unit: UnitRef, { id, withinMs }: { id: string; withinMs: number }): Promise<DecisionAnswer | null> {
  const signal = AbortSignal.timeout(withinMs);
  const answerIn = (plan: RawObject | null | undefined): DecisionAnswer | undefined => {
    const text = plan?.metadata.annotations?.[mark.decisionAnswer];
    const answer = text === undefined ? null : parseAnswerAnnotation(text);
    return answer?.id === id ? answer : undefined;
  };
  try {
    return await kube.watchUntil(pathOf(drPlans, unit.namespace), { fieldSelector: `metadata.name=${unit.name}` }, {
      signal,
      seen: (objects) => answerIn([...objects.values()].find((object) => object.metadata.name === unit.name)),
    });
  } catch (error) {
    if (signal.aborted) return null;
    if (error instanceof ChangeoverError && error.code === 'Forbidden') return await lookUntil(async () => answerIn(await kube.get(pathOf(drPlans, unit.namespace, unit.name))), signal);
    throw error;
  }
}

async function lookUntil<T>(look: () => Promise<T | undefined>, signal: AbortSignal): Promise<T | null> {
  while (!signal.aborted) {
    const found = await look();
    if (found !== undefined) return found;
    await wait(LOOK_EVERY_MS, undefined, { signal }).catch(() => undefined);
  }
  return null;
}
