import type { RoleReading } from '../activities/inspection.js';
import type { Plan } from '../domain/plan.js';
import { adviseOn, lostRun, situationWithoutRoles, type Assessment, type Remains } from '../domain/recovery.js';
import type { UnitRef } from '../domain/request.js';
import { now } from './board.js';
import { callsAt, type AtSite } from './calls.js';
import { explain } from './failures.js';

export interface AssessRequest {
  readonly unit: UnitRef;
  readonly sites: readonly string[];
}

/** What is found of a run whose workflow is gone. `plan`: as it would be taken up again, not sealed yet. */
export interface LookedAt {
  readonly assessment: Assessment;
  readonly plan: Plan | null;
}

/** What a lost run left on every site, and where it can go from there. Looks; changes nothing, holds no lock. */
export async function assess(request: AssessRequest): Promise<Assessment> {
  return (await lookAtRemains(request)).assessment;
}

/** The same for who goes on from it. */
export async function lookAtRemains({ unit, sites }: AssessRequest): Promise<LookedAt> {
  const remains = await Promise.all(sites.map((site) => remainsAt(site, unit)));
  const lost = lostRun(unit.name, remains);
  const plan = lost.kind === 'found' ? lost.plan : null;
  const readings = plan?.replication == null ? [] : await Promise.all([plan.source, plan.target].map((site) => roleAt(site, plan)));
  const shown = remains.map(({ kept, ...rest }) => {
    const reading = readings.find((r) => r.site === rest.site);
    return { ...rest, keepsPlan: kept !== null, role: reading?.role ?? 'none', state: reading?.state ?? '', liveCommands: reading?.liveCommands ?? 0 } as const;
  });
  const base = { unit: unit.name, sites: shown };
  if (plan === null) return { plan, assessment: { ...base, run: null, reasons: lost.kind === 'refused' ? lost.reasons : [], procedure: null, source: null, target: null, advice: null } };
  const procedure = plan.procedure === 'turn-back' ? 'turn-back' : 'planned-migration';
  const roleOf = (site: string) => readings.find((r) => r.site === site)?.role ?? 'unreadable';
  const situation = plan.replication === null ? situationWithoutRoles(plan, remains.find((r) => r.site === plan.target)?.record ?? null) : { source: roleOf(plan.source), target: roleOf(plan.target) };
  return { plan, assessment: { ...base, run: plan.run, reasons: [], procedure, source: plan.source, target: plan.target, advice: adviseOn(procedure, situation) } };
}

async function remainsAt(site: string, unit: UnitRef): Promise<Remains> {
  try {
    return await at(site, { site }).observeRemains({ unit });
  } catch (error) {
    return { site, record: null, kept: null, fence: 'unknown', workloads: [], unknowns: [`it could not be observed: ${explain(error).message}`] };
  }
}

async function roleAt(site: string, plan: Plan): Promise<RoleReading> {
  try {
    return await at(site, { site, plan }).observeRole();
  } catch (error) {
    return { site, at: now(), role: 'unreadable', state: explain(error).message, liveCommands: 0 };
  }
}

/** A site that is gone must not keep a person waiting for the others: the patience is that of a call inside a run. */
function at(site: string, input: object): AtSite {
  return callsAt({ site, mood: 'look', title: 'Looking at what a run left', input: () => input, id: (activity) => `recover/${activity}@${site}` });
}
