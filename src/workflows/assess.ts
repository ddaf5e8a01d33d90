import type { RoleReading } from '../activities/inspection.js';
import { lookAt, type LookedAt } from '../domain/assessment.js';
import type { Plan } from '../domain/plan.js';
import type { Assessment, Remains } from '../domain/recovery.js';
import type { UnitRef } from '../domain/request.js';
import { now } from './board.js';
import { callsAt, type AtSite } from './calls.js';
import { explain } from './failures.js';

export interface AssessRequest {
  readonly unit: UnitRef;
  readonly sites: readonly string[];
}

/** What a lost run left on every site, and where it can go from there. Looks; changes nothing, holds no lock. */
export async function assess(request: AssessRequest): Promise<Assessment> {
  return (await lookAtRemains(request)).assessment;
}

/** The same for who goes on from it. */
export async function lookAtRemains({ unit, sites }: AssessRequest): Promise<LookedAt> {
  const remains = await Promise.all(sites.map((site) => remainsAt(site, unit)));
  return lookAt(unit, remains, (plan) => Promise.all([plan.source, plan.target].map((site) => roleAt(site, plan))));
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
