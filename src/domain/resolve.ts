import { canonical } from './canonical.js';
import { limitsOf } from './checks/facts.js';
import { optionsWith } from './limits-set.js';
import type { SiteObservation } from './observation.js';
import type { NamesPlan, Plan, PlannedReplication, PlannedVolume } from './plan.js';
import type { MigrationRequest } from './request.js';

/** Which site is which in this run, or why that cannot be said. */
export type Direction =
  | { readonly kind: 'known'; readonly source: SiteObservation; readonly target: SiteObservation; readonly others: readonly SiteObservation[] }
  | { readonly kind: 'refused'; readonly reasons: readonly string[] };

/** The source is the site that ownership says may write; before adoption, what the plan's status says. */
export function directionOf(request: MigrationRequest, observations: readonly SiteObservation[], holder: string | null): Direction {
  const refuse = (...reasons: string[]): Direction => ({ kind: 'refused', reasons });
  const { run, unit } = request;
  const held = observations.filter(({ ownership }) => ownership?.run === run && holder !== run).map(({ site }) => site);
  // A reset in Temporal begins a run anew at a point from which it knows nothing of what it has changed since.
  if (held.length > 0) return refuse(`Run ${run} itself holds ${unit.name} on ${held.join(' and ')} already: its workflow was reset to before that and cannot go on from here. Run: changeover recover ${unit.name}`);
  const target = observations.find((o) => o.site === request.target);
  if (target === undefined) return refuse(`There is no site ${request.target}. Sites are: ${request.sites.join(', ')}.`);
  const plans = observations.filter((o) => o.plan !== null);
  if (plans.length === 0) {
    return refuse(`No site has a DisasterRecoveryPlan ${request.unit.namespace}/${request.unit.name}.`, ...observations.flatMap((o) => o.unknowns.map((u) => `On ${o.site}: ${u}`)));
  }
  const writers = new Set(observations.map((o) => o.ownership?.writer ?? o.plan?.statusPrimary ?? null).filter((w) => w !== null));
  if (writers.size > 1) return refuse(`The sites disagree on who may write: ${[...writers].join(', ')}.`);
  const [writer] = writers;
  if (writer === undefined) return refuse(`Nobody is recorded as primary of ${request.unit.name}. Run: changeover adopt ${request.unit.name}`);
  const source = observations.find((o) => o.site === writer);
  if (source === undefined) return refuse(`The primary is ${writer}, which is not a configured site.`);
  if (source.site === target.site) return refuse(`${request.unit.name} is on ${target.site} already: source and target are equal.`);
  return { kind: 'known', source, target, others: observations.filter((o) => o !== source && o !== target) };
}

/** Puts everything that was looked up into one value; the digest is added by whoever can hash. */
export function resolvePlan(request: MigrationRequest, direction: Extract<Direction, { kind: 'known' }>, names: NamesPlan | null): Plan {
  const { source, target, others } = direction;
  if (source.plan === null) throw new Error('resolvePlan needs a source with a DR plan');
  const limits = limitsOf({ request, source, target });
  return {
    run: request.run,
    procedure: 'planned-migration',
    epoch: (source.ownership?.epoch ?? 0) + 1,
    unit: request.unit,
    source: source.site,
    target: target.site,
    members: [source.site, target.site, ...others.filter((o) => o.plan !== null).map((o) => o.site)],
    clusterUids: Object.fromEntries([source, target, ...others].map((o) => [o.site, o.clusterUid])),
    application: { namespace: source.plan.namespace, labels: source.plan.labels },
    volumes: volumesOf(source, target),
    replication: replicationOf(source, target),
    names,
    request: { reason: request.reason, requestedBy: request.requestedBy, requestedAt: request.requestedAt, options: optionsWith(request.options, limits) },
    ...(limits.length === 0 ? {} : { limits }),
    digest: '',
  };
}

/** What a plan made now would say otherwise, each a sentence; empty when the sealed one still holds. */
export function planChanges(sealed: Plan, again: Plan): readonly string[] {
  const fields = ['source', 'target', 'members', 'clusterUids', 'application', 'volumes', 'replication', 'names'] as const;
  const changed = fields.filter((field) => canonical(inOrder(sealed)[field]) !== canonical(inOrder(again)[field]));
  return changed.length === 0 ? [] : [`The plan was made from other ${changed.join(', ')} than there are now. Start again, so that the plan says what is.`];
}

/** Lists whose order a cluster or a storage command may change from one answer to the next. */
function inOrder(plan: Plan): Plan {
  const { replication, volumes } = plan;
  return {
    ...plan,
    volumes: volumes.toSorted((a, b) => (a.claim < b.claim ? -1 : 1)),
    replication: replication === null ? null : { ...replication, secondaries: replication.secondaries.toSorted() },
  };
}

function volumesOf(source: SiteObservation, target: SiteObservation): readonly PlannedVolume[] {
  return source.application.claims.flatMap((c) => {
    if (c.persistentVolume === null || c.handle === null || c.driver === null) return [];
    // The volume has one name in the RVG on both sites (checked in preflight), and the handle is that name.
    return [{ claim: c.name, capacity: c.capacity, persistentVolume: c.persistentVolume, driver: c.driver, volume: c.handle, handles: { [source.site]: c.handle, [target.site]: c.handle } }];
  });
}

function replicationOf(source: SiteObservation, target: SiteObservation): PlannedReplication | null {
  if (source.plan?.dataReplicationPointer == null || source.replication === null || target.replication === null) return null;
  return {
    dataReplication: source.plan.dataReplicationPointer,
    groups: {
      [source.site]: { rvg: source.replication.rvg, diskGroup: source.replication.diskGroup },
      [target.site]: { rvg: target.replication.rvg, diskGroup: target.replication.diskGroup },
    },
    secondaries: source.replication.secondaries.map((s) => s.host),
  };
}
