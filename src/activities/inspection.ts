import { activityInfo } from '@temporalio/activity';
import { ChangeoverError } from '../domain/errors.js';
import { namesPlanOf } from '../domain/dns.js';
import type { ApplicationObservation, DnsObject, NamesObservation, ReplicationView, SiteIdentity, SiteObservation } from '../domain/observation.js';
import type { NamesPlan, Plan } from '../domain/plan.js';
import type { UnitRef } from '../domain/request.js';
import type { Role } from '../domain/roles.js';
import type { Ports, SitePorts } from '../ports/index.js';
import type { Against } from '../ports/workloads.js';
import { looking } from './boundary.js';
import { sealed } from './sealed.js';
import { Unknowns } from './unknowns.js';

/** One site's role and what may still change it, read now. */
export interface RoleReading {
  readonly site: string;
  readonly at: string;
  readonly role: Role;
  readonly state: string;
  readonly liveCommands: number;
}

const nothing: ApplicationObservation = {
  namespaceExists: false, namespaceTerminating: false, objectCount: 0, workloads: [], claims: [], foreignMounters: [], managedBy: [],
  kinds: [], servedKinds: null, references: [], presentReferences: null, strangers: [], slowestStartMs: null,
};

/** Looks; changes nothing. */
export function inspection(ports: Ports) {
  return {
    /**
     * Everything a check needs of one site. What cannot be read is listed in `unknowns`; it does not throw.
     * `patient`: a site that does not answer is tried again for a moment first.
     */
    async observeSite(input: { site: string; unit: UnitRef; against: Against | null; patient?: boolean }): Promise<SiteObservation> {
      return looking(async () => {
        const unknowns = new Unknowns();
        const seen = await observeSite(ports.site(input.site), { ...input, unknowns });
        if (input.patient === true && unknowns.arePassing && mayLookAgain()) throw new ChangeoverError('Unreachable', unknowns.list.join('; '));
        return seen;
      });
    },

    /** The names to change and what every server says of them. Null without a DNS object. `patient`: an address that does not accept connections is tried again for a moment first. */
    async observeNames(input: { source: DnsObject; target: DnsObject; probePorts: readonly number[]; patient?: boolean }): Promise<{ plan: NamesPlan; observed: NamesObservation }> {
      return looking(async () => {
        const { traffic } = ports;
        if (traffic === null) throw new ChangeoverError('Invalid', `The plan has a DNS object (${input.source.name}), but no zone is configured.`);
        const plan = namesPlanOf(input.source, input.target, (address) => traffic.reverseZoneOf(address));
        const questions = plan.zones.flatMap((zone) => zone.records.map((r) => ({ zone: zone.zone, name: r.name, type: r.type })));
        const probe = plan.addresses.flatMap(({ address }) => input.probePorts.map((port) => (address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`)));
        const observed = await traffic.observe(questions, probe);
        const closed = Object.entries(observed.reachable).flatMap(([address, why]) => (why === null ? [] : [`${address}: ${why}`]));
        // A load balancer that lost its API server may not have heard yet of what was staged.
        if (input.patient === true && closed.length > 0 && mayLookAgain()) throw new ChangeoverError('NotReady', closed.join('; '));
        return { plan, observed };
      });
    },

    /** The plan with its digest: SHA-256 of its canonical JSON. */
    async sealPlan(input: { draft: Plan }): Promise<Plan> {
      return looking(async () => sealed(input.draft));
    },

    /** The site's role, read now. Never throws for a storage that does not answer: that is `unreadable`. */
    async observeRole(input: { site: string; plan: Plan }): Promise<RoleReading> {
      return looking(async () => {
        return roleOf(ports.site(input.site), input.plan.replication?.groups[input.site] ?? null);
      });
    },
  };
}

/** The site's view of its volume group; an absent one is unreadable, never fine. */
export async function viewOf(site: SitePorts, group: { rvg: string; diskGroup: string } | null): Promise<ReplicationView> {
  if (site.replication !== null && group !== null) return site.replication.view(group);
  return { site: site.site, at: new Date().toISOString(), rvg: '', diskGroup: '', role: 'unreadable', state: 'no replication configured', volumes: [], secondaries: [], configErrors: [], openVolumes: [], liveCommands: 0 };
}

/** The site's role alone, read now; an absent group is unreadable, never fine. */
export async function roleOf(site: SitePorts, group: { rvg: string; diskGroup: string } | null): Promise<RoleReading> {
  if (site.replication !== null && group !== null) return site.replication.role(group);
  return { site: site.site, at: new Date().toISOString(), role: 'unreadable', state: 'no replication configured', liveCommands: 0 };
}

/** An API server that starts again is away for less than this, in milliseconds: waiting costs nothing while the application serves, an undo costs the whole run. */
const ABSENCE_MS = 15_000;

/** By the server's own clock, over all tries of this call; the last look tells all that is missing instead. */
function mayLookAgain(): boolean {
  const { scheduledTimestampMs, currentAttemptScheduledTimestampMs } = activityInfo();
  return currentAttemptScheduledTimestampMs - scheduledTimestampMs < ABSENCE_MS;
}

async function observeSite(site: SitePorts, { unit, against, unknowns }: { unit: UnitRef; against: Against | null; unknowns: Unknowns }): Promise<SiteObservation> {
  const identity = await unknowns.attempt<SiteIdentity>('the cluster', () => site.identity(), { clusterUid: `unknown-${site.site}`, kubernetesVersion: 'unknown' });
  const plan = await unknowns.attempt('the DR plan', () => site.plans.plan(unit), null);
  const [membership, foreignManagers, dataReplication, dns, ownership] = await Promise.all([
    unknowns.attempt('the GlobalClusterMembership', () => site.plans.membership(), null),
    unknowns.attempt('InfoScale\'s own DR manager', () => site.plans.foreignManagers(), []),
    unknowns.attempt('the DataReplication', async () => (plan?.dataReplicationPointer ? site.plans.dataReplication(unit, plan.dataReplicationPointer) : null), null),
    unknowns.attempt('the DNS object', async () => (plan?.dnsPointer ? site.plans.dns(unit, plan.dnsPointer) : null), null),
    unknowns.attempt('the ownership record', () => site.ownership.read(unit.name), null),
  ]);
  const selectable = plan !== null && plan.namespace.trim() !== '' && plan.labels.every((l) => l.split(',').every((part) => part.trim() !== ''));
  const group = groupOf(site, dataReplication, plan?.dataReplicationPointer ?? null);
  const [application, fence, replication] = await Promise.all([
    selectable ? unknowns.attempt('the application', () => site.workloads.observe({ namespace: plan.namespace, labels: plan.labels }, against), nothing) : Promise.resolve(nothing),
    selectable ? unknowns.attempt('the fence', () => site.fence.read(unit.name, plan.namespace), { supported: false, installed: false, on: false }) : Promise.resolve({ supported: true, installed: false, on: false }),
    group === null ? Promise.resolve(null) : viewOf(site, group),
  ]);
  const kinds = against?.kinds ?? application.kinds;
  const about = plan === null || !selectable ? null : { namespace: plan.namespace, labels: plan.labels };
  const demand = against?.demand;
  const [room, webhooks, missingRights] = await Promise.all([
    about === null || demand === undefined ? undefined : unknowns.attempt('the room for the application', () => site.workloads.room(about, demand), null),
    about === null || kinds.length === 0 ? undefined : unknowns.attempt('the admission webhooks', () => site.workloads.webhooks(about, kinds), []),
    about === null ? [] : unknowns.attempt('our own rights', () => site.missingRights(about.namespace, kinds), []),
  ]);
  if (plan?.dataReplicationPointer && group === null) unknowns.list.push(`Neither DataReplication ${plan.dataReplicationPointer} nor the settings of ${site.site} name the volume group and disk group.`);
  return { site: site.site, at: new Date().toISOString(), ...identity, membership, foreignManagers, plan, dataReplication, dns, ownership, application, replication, missingRights, fence, ...(room === undefined ? {} : { room }), ...(webhooks === undefined ? {} : { webhooks }), ...(site.limits === undefined ? {} : { limits: site.limits }), unknowns: unknowns.list };
}

/** Settings of the site first, then what the CR's status says. */
function groupOf(site: SitePorts, cr: { rvg: string | null; diskGroup: string | null } | null, pointer: string | null) {
  if (pointer === null) return null;
  const configured = site.groupOf(pointer);
  if (configured !== null) return configured;
  return cr?.rvg != null && cr.diskGroup !== null ? { rvg: cr.rvg, diskGroup: cr.diskGroup } : null;
}
