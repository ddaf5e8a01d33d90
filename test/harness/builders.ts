import { namesPlanOf } from '../../src/domain/dns.js';
import type { Plan } from '../../src/domain/plan.js';
import { defaultOptions, type MigrationRequest, type RunOptions } from '../../src/domain/request.js';
import type { World } from '../../src/drivers/memory/world.js';
import type { Work } from '../../src/ports/work.js';
import { handleFor, volumeNameFor } from '../../src/drivers/memory/seed.js';

/** Values that read as sentences in tests: `aRequest(world, { target: 'west' })`. */

export function aRequest(world: World, of: { target?: string; run?: string; sites?: readonly string[]; options?: Partial<RunOptions>; overrides?: Readonly<Record<string, string>> } = {}): MigrationRequest {
  const { unit } = world.application;
  return {
    run: of.run ?? `${unit}-1`,
    unit: { namespace: 'changeover-system', name: unit },
    target: of.target ?? 'west',
    expectedPrimary: null,
    sites: of.sites ?? ['east', 'west'],
    reason: 'a test',
    requestedBy: { name: 'ann', verified: true, via: 'library' },
    requestedAt: new Date(world.clock.now()).toISOString(),
    options: { ...defaultOptions, waitForTtl: false, ...of.options },
    ...(of.overrides === undefined ? {} : { overrides: of.overrides }),
  };
}

/** The plan that preflight would make of the world as seeded. */
export function aPlan(world: World, of: Partial<Plan> = {}): Plan {
  const { application } = world;
  const source = of.source ?? 'east';
  const target = of.target ?? 'west';
  const request = aRequest(world, { target });
  const dns = (site: string) => {
    const found = world.site(site).dnsObjects.get(`${application.unit}-dns`);
    if (found === undefined) throw new Error(`The world has no DNS object at ${site}.`);
    return found;
  };
  const groupAt = (site: string) => {
    const group = world.site(site).groups.get(application.rvg);
    return { rvg: application.rvg, diskGroup: group?.diskGroup ?? '' };
  };
  return {
    run: request.run,
    procedure: 'planned-migration',
    epoch: 2,
    unit: request.unit,
    source,
    target,
    members: [source, target],
    clusterUids: { [source]: world.site(source).clusterUid, [target]: world.site(target).clusterUid },
    application: { namespace: application.namespace, labels: [application.label] },
    volumes: application.claims.map((claim) => ({ claim, capacity: '64Mi', persistentVolume: volumeNameFor(claim), driver: 'org.veritas.infoscale', volume: handleFor(claim), handles: { [source]: handleFor(claim), [target]: handleFor(claim) } })),
    replication: application.claims.length === 0 ? null : { dataReplication: `${application.unit}-data`, groups: { [source]: groupAt(source), [target]: groupAt(target) }, secondaries: [world.site(target).groups.get(application.rvg)?.host ?? ''] },
    names: namesPlanOf(dns(source), dns(target), (address) => world.ports.traffic?.reverseZoneOf(address) ?? null),
    request: { reason: request.reason, requestedBy: request.requestedBy, requestedAt: request.requestedAt, options: request.options },
    digest: 'digest',
    ...of,
  };
}

/** Work that nobody interrupts. `reports` collects what was said. */
export function aWork(of: { signal?: AbortSignal; guard?: () => Promise<void> } = {}): Work & { readonly reports: string[] } {
  const reports: string[] = [];
  return { guard: of.guard ?? (async () => {}), report: (message) => void reports.push(message), signal: of.signal ?? new AbortController().signal, reports };
}
