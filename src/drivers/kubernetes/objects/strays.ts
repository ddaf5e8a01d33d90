import type { Plan } from '../../../domain/plan.js';
import { idOf } from '../../../domain/restore/object.js';
import type { Capture, Strays } from '../../../ports/objects.js';
import type { Kube } from '../kube.js';
import { inPool } from './pool.js';
import { indexOf } from './resources.js';
import { findStanding } from './stage.js';
import { candidateOf, decideStaging } from './staging.js';

/** See `Objects.compareStaged`. Single reads side by side, since it stands inside the outage. */
export async function compareStaged(kube: Kube, plan: Plan, capture: Capture): Promise<Strays> {
  const index = await indexOf(kube);
  const seen = await inPool(capture.objects, async (object) => {
    const candidate = candidateOf(object, plan);
    const found = await findStanding(kube, index, candidate);
    const isGone = found.real === null && found.held === null;
    return { id: idOf(candidate.real), isGone, isCarried: object.kind !== 'Namespace', isHeld: found.held !== null, decision: decideStaging(candidate, found, plan.run) };
  });
  const isAlive = seen.some(({ isGone, isHeld, decision }) => decision.kind === 'refused' || (!isGone && !isHeld && decision.kind === 'apply'));
  return {
    missing: seen.filter(({ isGone }) => isGone).map(({ id }) => id),
    changed: isAlive ? [] : seen.filter(({ isGone, isCarried, decision }) => !isGone && isCarried && decision.kind === 'apply').map(({ id }) => id),
  };
}
