import { mark } from '../../domain/names.js';
import type { Condition, PendingDecision, WatchedPlan, Writer } from '../../domain/watched-plan.js';
import type { RawObject } from '../../ports/objects.js';
import { fieldsOf, textOr } from './fields.js';
import type { Fields } from './fields.js';
import { readPlan } from './read-objects.js';

/** A `DisasterRecoveryPlan` as the controller needs it. */
export function readWatchedPlan(object: RawObject): WatchedPlan {
  const { annotations } = object.metadata;
  return {
    ...readPlan(object),
    unit: { namespace: object.metadata.namespace ?? '', name: object.metadata.name },
    resourceVersion: textOr(object.metadata['resourceVersion'], ''),
    writer: writerOf(object),
    requestedBy: textOr(annotations?.[mark.requestedBy], null),
    answered: annotations?.[mark.answered] ?? null,
    decision: decisionOf(object),
    decisionAnswer: annotations?.[mark.decisionAnswer] ?? null,
    conditions: conditionsIn(fieldsOf(object['status'])['conditions']),
  };
}

function managedFields(object: RawObject): readonly Fields[] {
  const entries = object.metadata['managedFields'];
  return (Array.isArray(entries) ? entries : []).map(fieldsOf);
}

/** Who owns the field. Two owners are two that said the same: then the one who wrote last, since the time is the change's. */
function writerOf(object: RawObject): Writer | null {
  const owners = managedFields(object).filter((entry) => entry['subresource'] !== 'status' && Object.hasOwn(fieldsOf(fieldsOf(entry['fieldsV1'])['f:spec']), 'f:primaryCluster'));
  const [last] = owners.toSorted((a, b) => textOr(b['time'], '').localeCompare(textOr(a['time'], '')));
  if (last === undefined) return null;
  const at = textOr(last['time'], null);
  return { manager: textOr(last['manager'], ''), operation: last['operation'] === 'Apply' ? 'Apply' : 'Update', ...(at === null ? {} : { at }) };
}

function decisionOf(object: RawObject): PendingDecision | null {
  const text = object.metadata.annotations?.[mark.decision];
  if (text === undefined) return null;
  const owner = managedFields(object).find((entry) => Object.hasOwn(fieldsOf(fieldsOf(fieldsOf(entry['fieldsV1'])['f:metadata'])['f:annotations']), `f:${mark.decision}`));
  return { text, written: owner === undefined ? 'unknown' : `${textOr(owner['manager'], '')} ${textOr(owner['time'], '')}` };
}

function conditionsIn(value: unknown): readonly Condition[] {
  return (Array.isArray(value) ? value : []).map(fieldsOf).map((one) => ({
    type: textOr(one['type'], ''),
    status: one['status'] === 'True' ? 'True' : 'False',
    reason: textOr(one['reason'], ''),
    message: textOr(one['message'], ''),
    observedGeneration: Number(one['observedGeneration'] ?? 0),
    lastTransitionTime: textOr(one['lastTransitionTime'], ''),
  }));
}
