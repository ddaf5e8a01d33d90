import { isReverseZone, qualified, reverseName } from './dns-names.js';
import { recordsOf, type WantedRecord } from './dns-records.js';
import type { DnsObject, RecordType } from './observation.js';
import type { NamesPlan, PlannedRecord, ZonePlan } from './plan.js';

export { reverseName } from './dns-names.js';
export { recordsOf, type WantedRecord } from './dns-records.js';

interface Side {
  readonly dns: DnsObject;
  readonly records: readonly WantedRecord[];
}

/** Which of our reverse zones holds an address; null when none does. */
export type ReverseZoneOf = (address: string) => string | null;

/**
 * What changes from the source's names to the target's: `before` is what the source's DNS object asks for, `after` the target's.
 * A record set that only one side has is absent on the other. Where a side creates PTRs, its addresses' PTR sets are planned too.
 * Throws `Invalid` when a DNS object's records cannot be understood.
 */
export function namesPlanOf(source: DnsObject, target: DnsObject, reverseZoneOf: ReverseZoneOf): NamesPlan {
  const before: Side = { dns: source, records: recordsOf(source) };
  const after: Side = { dns: target, records: recordsOf(target) };
  return {
    dns: source.name,
    originalTtlSeconds: source.ttlSeconds,
    zones: [...forwardZones(before, after), ...reverseZones(before, after, reverseZoneOf)],
    addresses: addressesOf(after.records).map((address) => ({ address, from: `DNS ${target.name} of the target` })),
  };
}

/** Every address these records name, in canonical spelling, sorted. */
export function addressesOf(records: readonly WantedRecord[]): readonly string[] {
  return [...new Set(records.filter(isAddress).flatMap(({ values }) => values))].toSorted();
}

function forwardZones(before: Side, after: Side): readonly ZonePlan[] {
  const zones = new Set([qualified(before.dns.domain), qualified(after.dns.domain)]);
  return [...zones]
    .map((zone) => {
      const within = ({ dns, records }: Side): readonly WantedRecord[] => (qualified(dns.domain) === zone ? records : []);
      return { zone, reverse: isReverseZone(zone), records: planned({ before: within(before), after: within(after), ttlSeconds: before.dns.ttlSeconds }) };
    })
    .filter(({ records }) => records.length > 0);
}

function reverseZones(before: Side, after: Side, reverseZoneOf: ReverseZoneOf): readonly ZonePlan[] {
  const pointers = planned({ before: pointersOf(before), after: pointersOf(after), ttlSeconds: before.dns.ttlSeconds });
  const addresses = new Map([before, after].flatMap(({ records }) => addressesOf(records)).map((address) => [reverseName(address), address]));
  const zones = new Map<string, PlannedRecord[]>();
  for (const pointer of pointers) {
    // Without a zone of ours the usual cut stands in the plan, so that preflight can say which zone nobody updates.
    const zone = qualified(reverseZoneOf(addresses.get(pointer.name) ?? '') ?? usualCut(pointer.name));
    zones.set(zone, [...(zones.get(zone) ?? []), pointer]);
  }
  return [...zones].map(([zone, records]) => ({ zone, reverse: true, records }));
}

/** The /24 of an IPv4 address, the /64 of an IPv6 one. */
function usualCut(name: string): string {
  return name.split('.').slice(name.endsWith('.ip6.arpa.') ? 16 : 1).join('.');
}

function isAddress({ type }: { type: RecordType }): boolean {
  return type === 'A' || type === 'AAAA';
}

function planned(sides: { before: readonly WantedRecord[]; after: readonly WantedRecord[]; ttlSeconds: number }): readonly PlannedRecord[] {
  const keyOf = ({ name, type }: WantedRecord): string => `${name} ${type}`;
  const before = new Map(sides.before.map((record) => [keyOf(record), record]));
  const after = new Map(sides.after.map((record) => [keyOf(record), record]));
  return [...new Map([...before, ...after])].map(([key, { name, type }]) => ({
    name,
    type,
    before: before.get(key)?.values ?? [],
    after: after.get(key)?.values ?? [],
    ttlSeconds: sides.ttlSeconds,
  }));
}

/** The PTR sets of a side's addresses: several names of one address share one set. */
function pointersOf({ dns, records }: Side): readonly WantedRecord[] {
  if (!dns.createPtr) return [];
  const sets = new Map<string, Set<string>>();
  for (const { name, values } of records.filter(isAddress)) {
    for (const address of values) sets.set(address, (sets.get(address) ?? new Set()).add(name));
  }
  return [...sets].map(([address, names]) => ({ name: reverseName(address), type: 'PTR', values: [...names].toSorted() }));
}
