import type { OwnershipRecord } from './ownership.js';
import type { Plan } from './plan.js';
import type { Requester, UnitRef } from './request.js';
import { decide, type HeldReason, type Role, type Situation, type Way } from './roles.js';
import { turnedBack } from './turned-back.js';

/**
 * Recovery: a run whose workflow is gone (terminated, or its Temporal database lost) is taken up again from what stands in the clusters:
 * the ownership records, the plan kept beside them, the roles, and the originals on the objects.
 */

/** Where a recovered run can go. `undo`: everything back at the source. `forward`: on to the target. `turn-back`: home from the target. */
export const recoveryWays = ['undo', 'forward', 'turn-back'] as const;
export type RecoveryWay = (typeof recoveryWays)[number];

export interface RecoverRequest {
  readonly unit: UnitRef;
  readonly sites: readonly string[];
  /** The run that a person saw when they decided: another one is refused. */
  readonly run: string;
  readonly way: RecoveryWay | 'recommended';
  readonly reason: string;
  readonly requestedBy: Requester;
  readonly requestedAt: string;
}

/** What a member said; each part null where it could not be read or is absent. */
export interface Remains {
  readonly site: string;
  readonly record: OwnershipRecord | null;
  readonly kept: Plan | null;
  readonly fence: 'on' | 'off' | 'absent' | 'unknown';
  /** `Kind/name ready/desired`. */
  readonly workloads: readonly string[];
  /** What could not be read, each a sentence. */
  readonly unknowns: readonly string[];
}

export type Lost =
  | { readonly kind: 'found'; readonly plan: Plan }
  /** Nothing is to be recovered, or it cannot be: why, and what to do instead. */
  | { readonly kind: 'refused'; readonly reasons: readonly string[] };

/** The run that the records name, with the newest plan kept for it, in the epoch above all of its records. */
export function lostRun(unit: string, remains: readonly Remains[]): Lost {
  const refused = (...reasons: string[]): Lost => ({ kind: 'refused', reasons });
  const unread = remains.flatMap(({ site, unknowns }) => unknowns.map((what) => `On ${site}: ${what}`));
  const records = remains.flatMap(({ record }) => (record === null ? [] : [record]));
  const runs = [...new Set(records.flatMap(({ run }) => (run === null ? [] : [run])))];
  const [run] = runs;
  if (runs.length > 1) return refused(`The records name several runs: ${runs.join(', ')}. Nobody can say which one goes on.`);
  if (run === undefined) {
    if (records.length < remains.length) return refused(`No record that can be read names a run of ${unit}.`, ...unread);
    const differ = new Set(records.map(({ epoch }) => epoch)).size > 1;
    return refused(`No run holds ${unit}: there is nothing to recover.${differ ? ` The records differ in their epoch; make them equal with: changeover adopt ${unit}` : ''}`);
  }
  const [newest] = remains.flatMap(({ kept }) => (kept?.run === run ? [kept] : [])).toSorted((a, b) => b.epoch - a.epoch);
  if (newest === undefined) return refused(`No site keeps the plan of run ${run}, so nobody knows what it changed: it was removed, or an older build began the run.`, ...unread);
  if (newest.procedure !== 'planned-migration' && newest.procedure !== 'turn-back') return refused(`A ${newest.procedure} cannot be recovered.`);
  const epoch = Math.max(newest.epoch, ...records.map((record) => record.epoch)) + 1;
  return { kind: 'found', plan: { ...newest, epoch, digest: '' } };
}

/** The way on which a plan of turning back turned around: what it was before the run turned. Same epoch; its digest is to be made. */
export function outward(plan: Plan): Plan {
  return plan.procedure === 'turn-back' ? { ...turnedBack(plan, null), procedure: 'planned-migration', epoch: plan.epoch } : plan;
}

/** Without replicated volumes no role tells the line from its other side: the target was activated exactly if its own record says that it writes. */
export function situationWithoutRoles(plan: Plan, target: Pick<OwnershipRecord, 'writer'> | null): Situation {
  if (target === null) return { source: 'unreadable', target: 'unreadable' };
  return target.writer === plan.target ? { source: 'secondary', target: 'primary' } : { source: 'primary', target: 'secondary' };
}

/** Whether a role command of the run may still be at work. A target that was made writer was read as Primary before. */
export function mayStillCross(plan: Plan, records: Readonly<Record<string, Pick<OwnershipRecord, 'phase' | 'writer'>>>): boolean {
  const [source, target] = [records[plan.source], records[plan.target]];
  if (source === undefined || target === undefined) return true;
  return target.writer !== plan.target && (source.phase === 'crossing' || target.phase === 'crossing');
}

export type Advice =
  /** The first way is the recommended one. */
  | { readonly kind: 'open'; readonly ways: readonly RecoveryWay[] }
  /** The roles must be settled first, by a person where they stay as they are; what is open then is told by them. */
  | { readonly kind: 'held'; readonly reason: HeldReason; readonly ways: readonly Way[] };

/** A way back that a person had decided on is recommended again; one that crossed its own line is only carried on. */
const open: Readonly<Record<'planned-migration' | 'turn-back', Readonly<Record<'unchanged' | 'swapped', readonly RecoveryWay[]>>>> = {
  'planned-migration': { unchanged: ['undo'], swapped: ['forward', 'turn-back'] },
  'turn-back': { unchanged: ['turn-back', 'forward'], swapped: ['turn-back'] },
};

/** What follows from the roles, in the direction of the kept plan. Four rows, above the nine of `decide`. */
export function adviseOn(procedure: 'planned-migration' | 'turn-back', situation: Readonly<Record<'source' | 'target', Role>>): Advice {
  const verdict = decide(situation);
  return verdict.kind === 'held' ? verdict : { kind: 'open', ways: open[procedure][verdict.kind] };
}

/** What a person sees before they choose. */
export interface Assessment {
  readonly unit: string;
  /** Null: nothing is to be recovered, or it cannot be; `reasons` say why. */
  readonly run: string | null;
  readonly reasons: readonly string[];
  readonly procedure: 'planned-migration' | 'turn-back' | null;
  readonly source: string | null;
  readonly target: string | null;
  readonly sites: readonly AssessedSite[];
  readonly advice: Advice | null;
}

export interface AssessedSite extends Omit<Remains, 'kept'> {
  readonly keepsPlan: boolean;
  readonly role: Role | 'none';
  readonly state: string;
  readonly liveCommands: number;
}
