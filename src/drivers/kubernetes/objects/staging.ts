import type { Plan } from '../../../domain/plan.js';
import { cleaned } from '../../../domain/restore/cleaned.js';
import { inert, isInert } from '../../../domain/restore/inert.js';
import { fieldsOf, labelsOf, runOf, type KubeObject } from '../../../domain/restore/object.js';
import { originalOf } from '../../../domain/restore/original.js';
import { sameContent } from '../../../domain/restore/same.js';
import { refusalToStage, standing, standingOf } from '../../../domain/restore/standing.js';
import { isStashed, stashed } from '../../../domain/restore/stash.js';
import { claimOf, endOf, pointedAt } from '../../../domain/restore/volumes.js';
import { mark } from '../../../domain/names.js';

/** One object of a capture on its way to the target. */
export interface Candidate {
  /** As it would be at the target if it were active: what is compared with a stranger, and what a dry run asks about. */
  readonly real: KubeObject;
  /** What stands while staged: the object held, or the Secret that holds it. */
  readonly held: KubeObject;
}

/** Exists on every site before us: merged into, never marked and never removed. */
export function isShared(object: KubeObject): boolean {
  return object.kind === 'ServiceAccount' && object.apiVersion === 'v1' && object.metadata.name === 'default';
}

export function candidateOf(object: KubeObject, plan: Plan): Candidate {
  if (object.kind === 'PersistentVolume' && object.apiVersion === 'v1') {
    const pointed = pointedAt(object, plan);
    return { real: pointed, held: pointed };
  }
  return { real: object, held: isStashed(object) ? stashed(object) : inert(object, plan.run) };
}

/** What exists under the names of the real and the held object; the same where both have one name. */
export interface Found {
  readonly real: KubeObject | null;
  readonly held: KubeObject | null;
}

/** What to do about a candidate, given what exists. */
export type Decision =
  | { readonly kind: 'apply'; readonly object: KubeObject; readonly creates: boolean }
  | { readonly kind: 'unchanged' }
  | { readonly kind: 'adopted' }
  | { readonly kind: 'refused'; readonly reason: string };

export function decideStaging(candidate: Candidate, found: Found, run: string): Decision {
  const { real, held } = candidate;
  if (found.real !== null) {
    const equal = sameContent(cleaned(found.real), cleaned(real));
    const reason = volumeRefusal(real, found.real) ?? (isShared(real) ? null : refusalToStage(found.real, equal));
    if (reason !== null) return { kind: 'refused', reason };
    if (isShared(real)) return equal ? { kind: 'unchanged' } : { kind: 'apply', object: real, creates: false };
    if (equal && runOf(found.real) === null && originalOf(found.real) === null) return { kind: 'adopted' };
  }
  if (found.held === null) return { kind: 'apply', object: isShared(held) ? held : standing(held, run, 'created'), creates: true };
  const createdByThisRun = runOf(found.held) === run && standingOf(found.held) === 'created';
  const object = standing(held, run, createdByThisRun ? 'created' : 'standby');
  return stands(found.held, object) ? { kind: 'unchanged' } : { kind: 'apply', object, creates: false };
}

function stands(existing: KubeObject, wanted: KubeObject): boolean {
  const marks = (object: KubeObject): unknown => [labelsOf(object)[mark.run], labelsOf(object)[mark.staged], originalOf(object)];
  return isInert(existing) && !isReleased(existing) && sameContent(marks(existing), marks(wanted)) && sameContent(cleaned(existing), cleaned(wanted));
}

/** A volume whose claim is gone waits for a person: no claim of the same name would ever bind to it. */
function isReleased(object: KubeObject): boolean {
  return object.kind === 'PersistentVolume' && fieldsOf(object['status'])['phase'] === 'Released';
}

/** A volume's end is immutable, and a volume that another claim has is not ours to take. */
function volumeRefusal(real: KubeObject, existing: KubeObject): string | null {
  if (real.kind !== 'PersistentVolume') return null;
  if (!sameContent(endOf(real), endOf(existing))) {
    return `PersistentVolume/${real.metadata.name} leads to ${endOf(existing).handle ?? 'no CSI volume'} there, not to ${endOf(real).handle ?? ''}.`;
  }
  const holder = claimOf(existing);
  return holder === null || holder === claimOf(real) ? null : `PersistentVolume/${real.metadata.name} belongs to claim ${holder} there.`;
}
