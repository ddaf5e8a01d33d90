import { fieldsOf, listOf, textOf, type KubeObject } from '../../../domain/restore/object.js';

/** See `ApplicationObservation.slowestStartMs`. A restarted container makes its pod Ready anew, which says nothing of a start. */
export function slowestStart(pods: readonly KubeObject[]): number | null {
  const starts = pods.flatMap((pod) => {
    const status = fieldsOf(pod['status']);
    const ready = listOf(status['conditions']).map(fieldsOf).find((condition) => condition['type'] === 'Ready');
    const restarted = listOf(status['containerStatuses']).map(fieldsOf).some((container) => container['restartCount'] !== 0);
    const took = Date.parse(textOf(ready?.['lastTransitionTime'])) - Date.parse(textOf(fieldsOf(pod.metadata)['creationTimestamp']));
    return ready?.['status'] === 'True' && !restarted && took >= 0 ? [took] : [];
  });
  return starts.length === 0 ? null : Math.max(...starts);
}
