import { ChangeoverError } from '../domain/errors.js';
import type { PlanObject, WayBackSite } from '../domain/observation.js';
import type { Plan } from '../domain/plan.js';
import type { Standing } from '../domain/proofs.js';
import { turnedBack } from '../domain/turned-back.js';
import type { Ports, SitePorts } from '../ports/index.js';
import type { VolumeGroup } from '../ports/replication.js';
import { looking, type Place } from './boundary.js';
import { sealed } from './sealed.js';
import { Unknowns } from './unknowns.js';

/** One site of a way back, and, from the site that the run went to, the plan of that way: only the Primary knows its Secondaries by name. */
export interface LookedBack {
  readonly seen: WayBackSite;
  /** Sealed; null from the other site. */
  readonly plan: Plan | null;
}

/** What stands at a site where the application is to return. */
export function standing(ports: Ports) {
  return {
    /**
     * What decides whether the run of `plan` can turn back, of one site, and nothing else: nobody is served meanwhile. Changes nothing. What
     * cannot be read is listed in `unknowns`; it does not throw.
     */
    async observeWayBack(input: { site: string; plan: Plan }): Promise<LookedBack> {
      return looking(async () => {
        const { site, plan } = input;
        const seen = await wayBackAt(ports.site(site), plan);
        return { seen, plan: site === plan.target ? sealed(turnedBack(plan, seen.replication)) : null };
      });
    },

    /** The application's workloads stand there at zero, its claims bound to the plan's volumes, behind a fence. Changes nothing. */
    async confirmStanding(input: Place): Promise<Standing> {
      return looking(async () => {
        const { plan } = input;
        const site = ports.site(input.site);
        const at = new Date().toISOString();
        const [seen, fence] = await Promise.all([site.workloads.standing(plan.application), site.fence.read(plan.unit.name, plan.application.namespace), site.objects.assertVolumesBound(plan)]);
        const workloads = seen.workloads.filter((w) => w.treatment === 'scale' || w.treatment === 'park');
        if (workloads.length === 0) throw new ChangeoverError('ObjectChanged', `No workload of the application stands on ${input.site} any more.`);
        if (!fence.on) throw new ChangeoverError('NotFenced', `The fence on ${input.site} is not on.`);
        return { kind: 'standing', run: plan.run, epoch: plan.epoch, at, workloads: workloads.map((w) => `${w.kind}/${w.name}`) };
      });
    },
  };
}

/** Everything is read side by side. The volume group is the plan's own, whatever the objects name by now. */
async function wayBackAt(site: SitePorts, plan: Plan): Promise<WayBackSite> {
  const at = new Date().toISOString();
  const unknowns = new Unknowns();
  const { unit, application, replication } = plan;
  const [clusterUid, foreignManagers, object, ownership, fence, standing, links] = await Promise.all([
    unknowns.attempt('the cluster', () => site.clusterUid(), `unknown-${site.site}`),
    unknowns.attempt('InfoScale\'s own DR manager', () => site.plans.foreignManagers(), []),
    unknowns.attempt<PlanObject | null>('the DR plan', () => site.plans.plan(unit), null),
    unknowns.attempt('the ownership record', () => site.ownership.read(unit.name), null),
    unknowns.attempt('the fence', () => site.fence.read(unit.name, application.namespace), { supported: false, installed: false, on: false }),
    unknowns.attempt('the application', () => site.workloads.standing(application), { namespaceExists: false, namespaceTerminating: false, workloads: [], claims: [] }),
    replication === null ? null : linksAt(site, replication.groups[site.site] ?? null),
  ]);
  return { site: site.site, at, clusterUid, foreignManagers, plan: object, ownership, fence, application: standing, replication: links, unknowns: unknowns.list };
}

/** An absent group is unreadable, never fine. */
async function linksAt(site: SitePorts, group: VolumeGroup | null): Promise<NonNullable<WayBackSite['replication']>> {
  if (site.replication !== null && group !== null) return site.replication.links(group);
  return { rvg: '', role: 'unreadable', liveCommands: 0, secondaries: [], configErrors: [] };
}
