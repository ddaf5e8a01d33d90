import { CONTROLLER_MANAGER, INFOSCALE_GROUP } from '../../domain/names.js';
import type { UnitRef } from '../../domain/request.js';
import type { WatchedPlan } from '../../domain/watched-plan.js';
import type { PlanSite } from '../../ports/plan-site.js';
import type { Events } from '../kubernetes/events.js';
import { pathOf, type Kube } from '../kubernetes/kube.js';
import { createOwnership } from '../kubernetes/ownership.js';
import { findForeignManagers } from './foreign-managers.js';
import { readWatchedPlan } from './read-watched-plan.js';
import { drPlans } from './resources.js';
import { createVouching } from './vouching.js';

const apiVersion = `${INFOSCALE_GROUP}/v1`;
const write = { fieldManager: CONTROLLER_MANAGER } as const;

export interface PlanSiteOptions {
  /** The namespace whose plans are watched. */
  readonly namespace: string;
  readonly events: Events;
}

/** The DR plans of one site through its API server, for the controller. */
export function createPlanSite(kube: Kube, { namespace, events }: PlanSiteOptions): PlanSite {
  const ownership = createOwnership(kube);
  const vouching = createVouching(kube);
  const pathTo = (unit: UnitRef): string => pathOf(drPlans, unit.namespace, unit.name);
  return {
    site: kube.site,
    vouched: (plan, annotation) => vouching.vouched(plan.unit, annotation),

    watch: (listener, signal) =>
      kube.inform(pathOf(drPlans, namespace), {}, {
        signal,
        listener: {
          listed: (objects) => listener.listed(objects.map(readWatchedPlan)),
          changed: (event, object) => listener.changed(event, readWatchedPlan(object)),
          lost: (reason) => listener.lost(reason),
          found: () => listener.found(),
        },
      }),

    async read(unit) {
      const object = await kube.get(pathTo(unit));
      return object === null ? null : readWatchedPlan(object);
    },

    ownership: (unit) => ownership.read(unit.name),
    foreignManagers: () => findForeignManagers(kube),

    async annotate({ unit, uid, resourceVersion }, annotations) {
      await kube.patch(pathTo(unit), { metadata: { uid, resourceVersion, annotations } }, 'merge', write);
    },

    async showConditions({ unit, uid }, conditions) {
      const { namespace: where, name } = unit;
      // The uid keeps a plan that was made anew from wearing the old one's conditions; what others own in the status stays theirs.
      await kube.apply(`${pathTo(unit)}/status`, { apiVersion, kind: 'DisasterRecoveryPlan', metadata: { namespace: where, name, uid }, status: { conditions } }, { ...write, force: true });
    },

    tell: (plan: WatchedPlan, event) => events.tell({ apiVersion, kind: 'DisasterRecoveryPlan', namespace: plan.unit.namespace, name: plan.unit.name, uid: plan.uid }, event),
  };
}
