import { ChangeoverError } from '../../../domain/errors.js';
import type { Plan, PlannedVolume } from '../../../domain/plan.js';
import { fieldsOf, textOf, type KubeObject } from '../../../domain/restore/object.js';
import { unboundReason } from '../../../domain/restore/volumes.js';
import type { Work } from '../../../ports/work.js';
import { pathOf, type Kube } from '../kube.js';
import { getOne, resources } from './resources.js';

/** Waits until each claim of the plan is Bound here. */
export async function awaitBound(kube: Kube, plan: Plan, work: Work): Promise<void> {
  if (plan.volumes.length === 0) return;
  let said = '';
  await kube.watchUntil(pathOf(resources.claims, plan.application.namespace), {}, {
    signal: work.signal,
    seen: (claims) => {
      const byName = new Map([...claims.values()].map((claim) => [claim.metadata.name, claim]));
      const waiting = plan.volumes.map((volume) => volume.claim).filter((claim) => textOf(fieldsOf(byName.get(claim)?.['status'])['phase']) !== 'Bound');
      const message = `waiting for claims on ${kube.site} to be bound: ${waiting.join(', ')}`;
      if (waiting.length > 0 && message !== said) work.report((said = message));
      return waiting.length === 0 ? true : undefined;
    },
  });
}

/** See `Objects.assertVolumesBound`. Single reads side by side, since it stands inside the outage and a list may wait for the server's cache. */
export async function assertVolumesBound(kube: Kube, plan: Plan): Promise<void> {
  if (plan.volumes.length === 0) return;
  const [claims, expected] = await Promise.all([
    Promise.all(plan.volumes.map((volume) => getOne(kube, resources.claims, { namespace: plan.application.namespace, name: volume.claim }))),
    Promise.all(plan.volumes.map((volume) => getOne(kube, resources.volumes, { name: volume.persistentVolume }))),
  ]);
  const reasons = await Promise.all(
    plan.volumes.map(async (planned, position) => {
      const claim = claims[position] ?? null;
      return unboundReason(planned, kube.site, { claim, volume: await volumeOf(kube, { planned, claim, expected: expected[position] ?? null }) });
    }),
  );
  const wrong = reasons.filter((reason) => reason !== null);
  if (wrong.length > 0) throw new ChangeoverError('ObjectChanged', wrong.join(' '), { reasons: wrong });
}

/** A claim may have been bound here to a volume of another name; what counts is where it leads. */
async function volumeOf(kube: Kube, found: { planned: PlannedVolume; claim: KubeObject | null; expected: KubeObject | null }): Promise<KubeObject | null> {
  const bound = textOf(fieldsOf(found.claim?.['spec'])['volumeName']);
  if (bound === '' || bound === found.planned.persistentVolume) return found.expected;
  return getOne(kube, resources.volumes, { name: bound });
}
