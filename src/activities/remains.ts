import type { FenceState } from '../domain/observation.js';
import type { Remains } from '../domain/recovery.js';
import type { UnitRef } from '../domain/request.js';
import type { SitePorts } from '../ports/index.js';
import { sealed } from './sealed.js';
import { Unknowns } from './unknowns.js';

/** What a run left at a site: record, kept plan, fence and workloads. What cannot be read is listed; it does not throw. */
export async function readRemains(site: Pick<SitePorts, 'site' | 'ownership' | 'plans' | 'fence' | 'workloads'>, unit: UnitRef): Promise<Remains> {
  const unknowns = new Unknowns();
  const record = await unknowns.attempt('the ownership record', () => site.ownership.read(unit.name), null);
  const run = record?.run ?? null;
  const found = run === null ? null : await unknowns.attempt('the kept plan', () => site.ownership.keptPlan(run), null);
  const kept = found !== null && sealed(found).digest === found.digest ? found : null;
  if (found !== null && kept === null) unknowns.list.push(`The plan kept for ${run} is not as it was sealed.`);
  const plan = await unknowns.attempt('the DR plan', () => site.plans.plan(unit), null);
  const application = kept?.application ?? (plan === null ? null : { namespace: plan.namespace, labels: plan.labels });
  const fence = application === null ? null : await unknowns.attempt<FenceState | null>('the fence', () => site.fence.read(unit.name, application.namespace), null);
  const seen = application === null ? null : await unknowns.attempt('the application', () => site.workloads.observe(application, null), null);
  return {
    site: site.site,
    record,
    kept,
    fence: fence === null ? 'unknown' : !fence.installed ? 'absent' : fence.on ? 'on' : 'off',
    workloads: (seen?.workloads ?? []).map((w) => `${w.kind}/${w.name} ${w.ready}/${w.desired}`),
    unknowns: unknowns.list,
  };
}
