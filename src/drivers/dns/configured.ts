import { hostAndPort } from '../../domain/host-port.js';
import { readKeyFile } from './key-file.js';
import type { ZoneSettings } from './zones.js';

/** A zone as the configuration names it: addresses as `host:port` (IPv6 in brackets), the key as a file. */
export interface ConfiguredZone {
  readonly zone: string;
  readonly reverse: boolean;
  readonly primary: string;
  readonly secondaries: readonly string[];
  readonly key: string;
}

/** Throws `Invalid` when the key cannot be read. */
export function zoneSettings({ zone, reverse, primary, secondaries, key }: ConfiguredZone): ZoneSettings {
  return { zone, reverse, primary: hostAndPort(primary), secondaries: secondaries.map(hostAndPort), key: readKeyFile(key) };
}
