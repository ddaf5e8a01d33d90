import { join } from 'node:path';
import { nameServers } from '../settings.js';
import type { Zone } from './zones.js';

export type NameServerRole = 'primary' | 'secondary';

export interface NamedConfInput {
  readonly role: NameServerRole;
  /** LAB/names. */
  readonly folder: string;
  readonly zones: readonly Zone[];
}

/** The name of the key with which the product updates, and of the one the two servers share. */
export const updateKeyName = 'changeover.';
export const transferKeyName = 'transfer.';

/** A BIND key file, in the form that tsig-keygen(8) writes and `nsupdate -k` reads. */
export function keyFile(name: string, secret: string): string {
  return `key "${name}" {\n\talgorithm hmac-sha256;\n\tsecret "${secret}";\n};\n`;
}

/** named.conf for one of the two servers. Options are BIND 9.18's (Administrator Reference Manual §8). */
export function namedConf(input: NamedConfInput): string {
  const { role, folder, zones } = input;
  const own = nameServers[role];
  const quoted = (...parts: string[]): string => `"${join(folder, ...parts)}"`;
  const zoneBlock = role === 'primary' ? primaryZone : secondaryZone;
  return [
    `include ${quoted('changeover.key')};`,
    `include ${quoted('transfer.key')};`,
    'options {',
    `  directory ${quoted(role)};`,
    `  pid-file none; session-keyfile ${quoted(role, 'session.key')}; managed-keys-directory ${quoted(role)};`,
    `  listen-on port ${own.port} { ${own.address}; }; listen-on-v6 { none; };`,
    '  recursion no; allow-query { any; }; dnssec-validation no; minimal-responses no-auth;',
    `  allow-transfer { key "${updateKeyName}"; key "${transferKeyName}"; };`,
    // Without this a change waits up to 5 s for its NOTIFY when another one was sent just before.
    '  notify-delay 0; notify-rate 1000; startup-notify-rate 1000; serial-query-rate 1000;',
    role === 'primary'
      ? `  notify explicit; notify-source ${own.address}; also-notify { ${nameServers.secondary.address} port ${nameServers.secondary.port} key "${transferKeyName}"; };`
      : `  notify no; transfer-source ${own.address}; min-refresh-time 1; allow-notify { key "${transferKeyName}"; };`,
    '};',
    'controls { };',
    ...zones.map(zoneBlock),
    '',
  ].join('\n');
}

function primaryZone(zone: Zone): string {
  // Updates are let in by the key alone: no address list could tell one local program from another.
  return `zone "${zone.name}" { type primary; file "${zone.name}.zone"; update-policy { grant ${updateKeyName} zonesub ${zone.updatable}; }; };`;
}

function secondaryZone(zone: Zone): string {
  const { address, port } = nameServers.primary;
  return `zone "${zone.name}" { type secondary; file "${zone.name}.copy"; primaries { ${address} port ${port} key "${transferKeyName}"; }; };`;
}
