import { SYSTEM_NAMESPACE } from '../../domain/names.js';
import type { RawObject } from '../../ports/objects.js';
import { pathOf, type Kube } from './kube.js';

/** Tries to make a Secret in our namespace without making it. Throws what a real attempt would; gives the time that the API server wrote on it. */
export async function tryMakeSecret(kube: Kube): Promise<Date> {
  const made: RawObject = await kube.create(
    pathOf({ group: '', version: 'v1', plural: 'secrets' }, SYSTEM_NAMESPACE),
    { apiVersion: 'v1', kind: 'Secret', metadata: { generateName: 'doctor-', namespace: SYSTEM_NAMESPACE } },
    { dryRun: true },
  );
  return new Date(String(made.metadata['creationTimestamp']));
}
