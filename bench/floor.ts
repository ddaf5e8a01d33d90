import { setTimeout as pause } from 'node:timers/promises';
import { updateKeyPath } from '../lab/names/names.js';
import { labZones } from '../lab/names/zones.js';
import { hasIpv6 } from '../lab/process/loopback.js';
import { nameServers, sites, type SiteName } from '../lab/settings.js';
import { namesPlanOf } from '../src/domain/dns.js';
import type { DnsObject } from '../src/domain/observation.js';
import type { NamesPlan } from '../src/domain/plan.js';
import { createTraffic } from '../src/drivers/dns/index.js';
import { readKeyFile } from '../src/drivers/dns/key-file.js';
import type { Traffic } from '../src/ports/traffic.js';
import type { Work } from '../src/ports/work.js';
import { openFloorSite, type FloorSite } from './floor-site.js';
import { stageBarely } from './floor-staging.js';

export interface FloorOptions {
  readonly from: SiteName;
  readonly to: SiteName;
  /** What the records carry before, seconds. */
  readonly ttlSeconds: number;
  readonly signal?: AbortSignal | undefined;
}

/** One part of a move, as a clock beside it saw it. */
export interface TimedPart {
  readonly name: string;
  /** ISO 8601. */
  readonly startedAt: string;
  readonly seconds: number;
}

/** What the product lowers the TTL to in the lab, seconds. */
const SHORT_TTL_SECONDS = 1;
const DNS_TIMEOUT_MS = 5_000;
/** No part of the floor may take longer; milliseconds. */
const PART_WITHIN_MS = 60_000;

/**
 * The least that a move of the application takes on this lab: stop, `vradmin migrate`, start, names, and nothing else. No fence, no
 * snapshot, no proof, no record of who may write, no way back. It is fair to what it is compared with and hard on it: its watches stand
 * before it begins, it starts no process, goes past the links that can be cut, uses the product's own clients, and reads back roles and
 * names as the product does. @returns the parts, in their order.
 */
export async function runFloor(options: FloorOptions): Promise<readonly TimedPart[]> {
  const { from, to } = options;
  const signal = AbortSignal.any([AbortSignal.timeout(PART_WITHIN_MS + options.ttlSeconds * 1000), ...(options.signal === undefined ? [] : [options.signal])]);
  const work: Work = { guard: async () => {}, report: () => {}, signal };
  const [traffic, names] = [labTraffic(), namesBetween(options)];
  const [source, target] = await Promise.all([openFloorSite(from), openFloorSite(to)]);
  try {
    await Promise.all([stageBarely(to), lowerTtl(traffic, names, work)]);
    const [gone, ready] = await Promise.all([source.watchGone(signal), target.watchReady(signal)]);
    const parts: TimedPart[] = [];
    const part = async (name: string, act: () => Promise<unknown>): Promise<void> => {
      const [startedAt, began] = [new Date().toISOString(), performance.now()];
      await act();
      parts.push({ name, startedAt, seconds: (performance.now() - began) / 1000 });
    };
    await part('stop', async () => {
      await source.scale(0);
      await gone.reached;
    });
    await part('migrate', () => source.migrate(signal));
    await part('read-roles', () => awaitSwapped(source, target, signal));
    await part('start', async () => {
      await target.scale(1);
      await ready.reached;
    });
    await part('names', () => traffic.ensureRedirected(names, 'after', { ttlSeconds: SHORT_TTL_SECONDS, work }));
    return parts;
  } finally {
    await Promise.all([source.close(), target.close()]);
  }
}

/** The short TTL everywhere, and the time in which caches may still hold the old one (RFC 1035 §3.2.1). */
async function lowerTtl(traffic: Traffic, names: NamesPlan, work: Work): Promise<void> {
  await traffic.ensureTtl(names, SHORT_TTL_SECONDS, work);
  await pause(names.originalTtlSeconds * 1000, undefined, { signal: work.signal });
}

async function awaitSwapped(source: FloorSite, target: FloorSite, signal: AbortSignal): Promise<void> {
  for (;;) {
    const [left, right] = await Promise.all([source.readRole(signal), target.readRole(signal)]);
    if (left === 'secondary' && right === 'primary') return;
    if (signal.aborted) throw new Error(`after the migrate ${source.name} is ${left} and ${target.name} is ${right}`);
  }
}

/** The product's own driver, without the links between. */
function labTraffic(): Traffic {
  const server = (role: 'primary' | 'secondary') => ({ host: nameServers[role].address, port: nameServers[role].port });
  const key = readKeyFile(updateKeyPath());
  return createTraffic({
    zones: labZones().map(({ name }) => ({ zone: `${name}.`, reverse: name.endsWith('.arpa'), primary: server('primary'), secondaries: [server('secondary')], key })),
    timeoutMs: DNS_TIMEOUT_MS,
  });
}

/** The same records that the sites' DNS objects ask for; the reverse names are left to later, as the product leaves them. */
function namesBetween({ from, to, ttlSeconds }: FloorOptions): NamesPlan {
  const dns = (site: SiteName): DnsObject => ({
    name: 'orders-dns', domain: 'example.test', ttlSeconds, createPtr: false, masters: [nameServers.primary.address],
    records: { orders: hasIpv6() ? `${sites[site].address4} ${sites[site].address6}` : sites[site].address4, shop: 'orders' },
  });
  return namesPlanOf(dns(from), dns(to), () => null);
}
