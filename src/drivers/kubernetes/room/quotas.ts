import { fieldsOf, listOf, textOf, type KubeObject } from '../../../domain/restore/object.js';
import type { LimitRange, Quota } from '../../../domain/room.js';
import { amountsIn } from './amounts.js';

/** A quota as it stands; before its controller has counted, nothing is used. */
export function quotaOf(object: KubeObject): Quota {
  const spec = fieldsOf(object['spec']);
  const selected = listOf(fieldsOf(spec['scopeSelector'])['matchExpressions']).map((one) => textOf(fieldsOf(one)['scopeName']));
  return { name: object.metadata.name, scopes: [...listOf(spec['scopes']).map(textOf), ...selected], hard: amountsIn(spec['hard']), used: amountsIn(fieldsOf(object['status'])['used']) };
}

/** The rows of a LimitRange, one for each type. */
export function limitRangesOf(object: KubeObject): readonly LimitRange[] {
  return listOf(fieldsOf(object['spec'])['limits']).map((value) => {
    const row = fieldsOf(value);
    return { name: object.metadata.name, type: textOf(row['type']), min: amountsIn(row['min']), max: amountsIn(row['max']), defaultLimits: amountsIn(row['default']), defaultRequests: amountsIn(row['defaultRequest']) };
  });
}
