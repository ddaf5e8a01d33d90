import { canonical } from '../../domain/canonical.js';
import type { UnitRef } from '../../domain/request.js';
import type { RawObject } from '../../ports/objects.js';
import type { Vouched, Vouching } from '../../ports/vouching.js';
import { pathOf } from '../kubernetes/kube.js';
import type { Kube } from '../kubernetes/kube.js';
import { POLICY, whoBinding, whoPolicy } from './admission.js';
import { fieldsOf, textOr } from './fields.js';
import { drPlans } from './resources.js';
import { bindings, policies } from '../kubernetes/admission-policies.js';

/** A policy acts about a second after it was written, later on a busy server; times of objects are whole seconds. */
const ACTS_AFTER_MS = 5_000;

const no = (why: string): Vouched => ({ verified: false, why });

/** The API server of one site as a witness of names on DR plans. */
export function createVouching(kube: Kube): Vouching {
  const read = async (unit: UnitRef, annotation: { name: string; value: string }): Promise<Vouched> => {
    const [policy, binding, plan] = await Promise.all([kube.get(pathOf(policies, undefined, POLICY)), kube.get(pathOf(bindings, undefined, POLICY)), kube.get(pathOf(drPlans, unit.namespace, unit.name))]);
    if (policy === null || binding === null) return no(`the admission policy ${POLICY} does not stand on ${kube.site}`);
    if (!isAsMade(policy, whoPolicy) || !isAsMade(binding, whoBinding)) return no(`the admission policy ${POLICY} on ${kube.site} is not as Changeover makes it`);
    if (plan?.metadata.annotations?.[annotation.name] !== annotation.value) return no(`the annotation ${annotation.name} on ${kube.site} has changed since`);
    const written = writtenAt(plan, annotation.name);
    const acting = Math.max(...[policy, binding].map(standsSince)) + ACTS_AFTER_MS;
    if (written === null || !(written >= acting)) return no(`the annotation ${annotation.name} may have been written before the admission policy ${POLICY} acted on ${kube.site}`);
    return { verified: true, why: `the API server of ${kube.site} let it through under the admission policy ${POLICY}` };
  };
  return {
    vouched: (unit, annotation) => read(unit, annotation).catch((error: unknown) => no(`whether the admission policy ${POLICY} stands on ${kube.site} cannot be read: ${error instanceof Error ? error.message : String(error)}`)),
  };
}

/** Compared as a whole: a matchCondition, an exclusion or an audit-only action would open a way around it. */
function isAsMade(found: RawObject, made: RawObject): boolean {
  return found.metadata['deletionTimestamp'] === undefined && canonical(found['spec']) === canonical(made['spec']);
}

interface Managed {
  readonly at: number;
  readonly annotations: Readonly<Record<string, unknown>>;
}

/** Who wrote what and when, as the API server keeps it; the status is somebody else's. */
function managed(object: RawObject): readonly Managed[] {
  const entries = Array.isArray(object.metadata['managedFields']) ? object.metadata['managedFields'].map(fieldsOf) : [];
  return entries
    .filter((entry) => entry['subresource'] === undefined)
    .map((entry) => ({ at: Date.parse(textOr(entry['time'], '')), annotations: fieldsOf(fieldsOf(fieldsOf(entry['fieldsV1'])['f:metadata'])['f:annotations']) }));
}

/** When the object was last written; NaN, which no time is later than, where the server does not say. */
function standsSince(object: RawObject): number {
  return Math.max(Date.parse(textOr(object.metadata['creationTimestamp'], '')), ...managed(object).map(({ at }) => at));
}

/** When the annotation was last written; null where no writer of it is known. */
function writtenAt(plan: RawObject, name: string): number | null {
  const times = managed(plan).flatMap(({ at, annotations }) => (Object.hasOwn(annotations, `f:${name}`) ? [at] : []));
  return times.length === 0 ? null : Math.max(...times);
}
