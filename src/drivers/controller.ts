import type { Config } from '../config.js';
import type { Leadership, PlanSite } from '../ports/plan-site.js';
import { createPlanSite } from './infoscale/plan-site.js';
import { createKube } from './kubernetes/client.js';
import { createEvents } from './kubernetes/events.js';
import { createLeadership } from './kubernetes/lease.js';

/** Name of the Lease in our own namespace on each site. */
const LEASE = 'changeover-controller';

export interface ControllerDrivers {
  readonly sites: readonly PlanSite[];
  leadership(site: string, mayWrite: () => boolean): Leadership;
  close(): Promise<void>;
}

/** The real drivers of the controller. `identity` is unique to this process. */
export function createPlanSites(config: Config, identity: string): ControllerDrivers {
  const kubes = new Map(Object.entries(config.sites).map(([site, { kubeconfig }]) => [site, createKube({ site, kubeconfig })]));
  return {
    sites: [...kubes.values()].map((kube) => createPlanSite(kube, { namespace: config.planNamespace, events: createEvents(kube, { instance: identity }) })),
    leadership(site, mayWrite) {
      const kube = kubes.get(site);
      if (kube === undefined) throw new Error(`There is no site ${site}.`);
      return createLeadership(kube, { name: LEASE, identity, seconds: config.controller.leaseSeconds, mayWrite });
    },
    close: async () => void (await Promise.all([...kubes.values()].map((kube) => kube.close()))),
  };
}
