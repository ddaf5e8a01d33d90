import { createHash } from 'node:crypto';
import { canonical } from '../domain/canonical.js';
import type { FenceState } from '../domain/observation.js';
import type { Plan } from '../domain/plan.js';
import type { Remains } from '../domain/recovery.js';
import type { UnitRef } from '../domain/request.js';
import type { SitePorts } from '../ports/index.js';

/** What a run left at a site: record, kept plan, fence and workloads. What cannot be read is listed; it does not throw. */
export async function readRemains(site: Pick<SitePorts, 'site' | 'ownership' | 'plans' | 'fence' | 'workloads'>, unit: UnitRef): Promise<Remains> {
  const unknowns: string[] = [];
  const attempt = async <T>(what: string, action: () => Promise<T>, otherwise: T): Promise<T> => {
    try {
      return await action();
    } catch (error) {
      unknowns.push(`${what} could not be read: ${error instanceof Error ? error.message : String(error)}`);
      return otherwise;
    }
  };
  const record = await attempt('the ownership record', () => site.ownership.read(unit.name), null);
  const run = record?.run ?? null;
  const found = run === null ? null : await attempt('the kept plan', () => site.ownership.keptPlan(run), null);
  const kept = found !== null && isSealed(found) ? found : null;
  if (found !== null && kept === null) unknowns.push(`The plan kept for ${run} is not as it was sealed.`);
  const plan = await attempt('the DR plan', () => site.plans.plan(unit), null);
  const application = kept?.application ?? (plan === null ? null : { namespace: plan.namespace, labels: plan.labels });
  const fence = application === null ? null : await attempt<FenceState | null>('the fence', () => site.fence.read(unit.name, application.namespace), null);
  const seen = application === null ? null : await attempt('the application', () => site.workloads.observe(application, null), null);
  return {
    site: site.site,
    record,
    kept,
    fence: fence === null ? 'unknown' : !fence.installed ? 'absent' : fence.on ? 'on' : 'off',
    workloads: (seen?.workloads ?? []).map((w) => `${w.kind}/${w.name} ${w.ready}/${w.desired}`),
    unknowns,
  };
}

function isSealed(plan: Plan): boolean {
  return createHash('sha256').update(canonical({ ...plan, digest: '' })).digest('hex') === plan.digest;
}
