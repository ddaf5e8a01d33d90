import type { Plan } from './plan.js';
import { adviseOn, lostRun, situationWithoutRoles, type Assessment, type Remains } from './recovery.js';
import type { UnitRef } from './request.js';
import type { Role } from './roles.js';

/** A role as it was read at a site. */
export interface RoleSeen {
  readonly site: string;
  readonly role: Role;
  readonly state: string;
  readonly liveCommands: number;
}

/** What is found of a run whose workflow is gone. `plan`: as it would be taken up again, not sealed yet. */
export interface LookedAt {
  readonly assessment: Assessment;
  readonly plan: Plan | null;
}

/** Puts together what every site said of a lost run. `roles` reads the plan's source and target; asked only where the plan has replicated volumes. */
export async function lookAt(unit: UnitRef, remains: readonly Remains[], roles: (plan: Plan) => Promise<readonly RoleSeen[]>): Promise<LookedAt> {
  const lost = lostRun(unit.name, remains);
  const plan = lost.kind === 'found' ? lost.plan : null;
  const readings = plan?.replication == null ? [] : await roles(plan);
  const sites = remains.map(({ kept, ...rest }) => {
    const reading = readings.find((r) => r.site === rest.site);
    return { ...rest, keepsPlan: kept !== null, role: reading?.role ?? 'none', state: reading?.state ?? '', liveCommands: reading?.liveCommands ?? 0 } as const;
  });
  const base = { unit: unit.name, sites };
  if (plan === null) return { plan, assessment: { ...base, run: null, reasons: lost.kind === 'refused' ? lost.reasons : [], procedure: null, source: null, target: null, advice: null } };
  const procedure = plan.procedure === 'turn-back' ? 'turn-back' : 'planned-migration';
  const roleOf = (site: string) => readings.find((r) => r.site === site)?.role ?? 'unreadable';
  const situation = plan.replication === null ? situationWithoutRoles(plan, remains.find((r) => r.site === plan.target)?.record ?? null) : { source: roleOf(plan.source), target: roleOf(plan.target) };
  return { plan, assessment: { ...base, run: plan.run, reasons: [], procedure, source: plan.source, target: plan.target, advice: adviseOn(procedure, situation) } };
}
