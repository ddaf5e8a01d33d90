import { isWithin, qualified, reverseName } from '../../domain/dns-names.js';
import { ChangeoverError } from '../../domain/errors.js';
import type { Server } from './exchange.js';
import type { TsigKey } from './tsig.js';

/** A zone we may change, and the servers that answer for it. */
export interface ZoneSettings {
  readonly zone: string;
  readonly reverse: boolean;
  /** Takes updates. */
  readonly primary: Server;
  readonly secondaries: readonly Server[];
  readonly key: TsigKey;
}

export interface TrafficSettings {
  readonly zones: readonly ZoneSettings[];
  /** Longest time for one conversation with one server, milliseconds. */
  readonly timeoutMs: number;
}

/** The configured zones by name. */
export interface Zones {
  /** Null when it is not configured. */
  find(zone: string): ZoneSettings | null;
  /** Throws `NotFound` when it is not configured. */
  get(zone: string): ZoneSettings;
  /** The most specific reverse zone that holds the address; null when none does. */
  reverseZoneOf(address: string): string | null;
}

export function createZones(settings: readonly ZoneSettings[]): Zones {
  const zones = settings.map((zone) => ({ ...zone, zone: qualified(zone.zone) }));
  const find = (zone: string): ZoneSettings | null => zones.find((one) => one.zone === qualified(zone)) ?? null;
  return {
    find,
    get(zone) {
      const found = find(zone);
      if (found === null) throw new ChangeoverError('NotFound', `No name server is configured for the zone ${zone}.`);
      return found;
    },
    reverseZoneOf(address) {
      const name = reverseName(address);
      const holding = zones.filter(({ zone, reverse }) => reverse && isWithin(name, zone));
      return holding.toSorted((a, b) => b.zone.length - a.zone.length)[0]?.zone ?? null;
    },
  };
}

/** All servers that answer for a zone, the one that takes updates first. */
export function serversOf({ primary, secondaries }: ZoneSettings): readonly Server[] {
  return [primary, ...secondaries];
}
