import type { ClaimObservation } from '../../../domain/observation.js';
import { fieldsOf, listOf, numberOf, textOf, type Fields, type KubeObject } from '../../../domain/restore/object.js';
import { endOf, reclaimPolicyOf } from '../../../domain/restore/volumes.js';

/** Names of the claims that a pod spec mounts. */
export function claimsOfPodSpec(podSpec: unknown): readonly string[] {
  return listOf(fieldsOf(podSpec)['volumes']).flatMap((volume) => {
    const name = textOf(fieldsOf(fieldsOf(volume)['persistentVolumeClaim'])['claimName']);
    return name === '' ? [] : [name];
  });
}

/**
 * Names of the claims of a workload: those of its template, and for a StatefulSet one per template and ordinal: those of its
 * replicas now, and those that exist from a larger time.
 */
export function claimsOfWorkload(workload: KubeObject, template: Fields, existing: readonly string[]): readonly string[] {
  const spec = fieldsOf(workload['spec']);
  const first = numberOf(fieldsOf(spec['ordinals'])['start'], 0);
  const made = listOf(spec['volumeClaimTemplates']).flatMap((claim) => {
    const stem = `${textOf(fieldsOf(fieldsOf(claim)['metadata'])['name'])}-${workload.metadata.name}-`;
    const wanted = Array.from({ length: numberOf(spec['replicas'], 1) }, (_, ordinal) => `${stem}${first + ordinal}`);
    return [...wanted, ...existing.filter((name) => name.startsWith(stem) && /^\d+$/.test(name.slice(stem.length)))];
  });
  return [...new Set([...claimsOfPodSpec(template['spec']), ...made])];
}

/** A claim followed to its volume. */
export function claimObservation(claim: KubeObject, volume: KubeObject | null): ClaimObservation {
  const spec = fieldsOf(claim['spec']);
  const status = fieldsOf(claim['status']);
  const capacity = textOf(fieldsOf(status['capacity'])['storage']) || textOf(fieldsOf(fieldsOf(spec['resources'])['requests'])['storage']);
  return {
    name: claim.metadata.name,
    phase: textOf(status['phase']) || 'Unknown',
    volumeMode: textOf(spec['volumeMode']) || 'Filesystem',
    storageClass: textOf(spec['storageClassName']) || null,
    capacity,
    persistentVolume: textOf(spec['volumeName']) || null,
    driver: volume === null ? null : endOf(volume).driver,
    handle: volume === null ? null : endOf(volume).handle,
    reclaimPolicy: volume === null ? null : reclaimPolicyOf(volume),
  };
}
