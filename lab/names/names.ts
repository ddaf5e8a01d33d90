import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync } from 'node:fs';
import { Resolver } from 'node:dns/promises';
import { join } from 'node:path';
import { scopeFolder } from '../paths.js';
import { nameServerAddresses, nameServers, type LabSettings } from '../settings.js';
import { writeAtomically, type ComponentSpec } from '../process/component.js';
import { addLoopbackAddresses } from '../process/loopback.js';
import type { Starter } from '../process/starter.js';
import { keyFile, namedConf, transferKeyName, updateKeyName, type NameServerRole } from './named-conf.js';
import { labZones, zoneFile } from './zones.js';

/** The file of the key that may update the zones. */
export function updateKeyPath(): string {
  return join(scopeFolder('names'), 'changeover.key');
}

/** Writes configuration, keys and zones (the last two only where they are missing: they hold state), and starts both servers. */
export async function namesUp(starter: Starter, named: string, settings: LabSettings): Promise<void> {
  const folder = scopeFolder('names');
  const zones = labZones();
  const roles: readonly NameServerRole[] = ['primary', 'secondary'];
  for (const role of roles) {
    mkdirSync(join(folder, role), { recursive: true });
    writeAtomically(join(folder, `${role}.conf`), namedConf({ role, folder, zones }));
  }
  for (const [file, name] of [['changeover.key', updateKeyName], ['transfer.key', transferKeyName]] as const) {
    if (!existsSync(join(folder, file))) writeAtomically(join(folder, file), keyFile(name, randomBytes(32).toString('base64')), 0o600);
  }
  for (const zone of zones) {
    const file = join(folder, 'primary', `${zone.name}.zone`);
    if (!existsSync(file)) writeAtomically(file, zoneFile(zone, settings.ttlSeconds));
  }
  await addLoopbackAddresses(nameServerAddresses);
  // The secondary needs the primary's answer to load its zones for the first time.
  for (const role of roles) await starter.ensure(namedSpec(role, named), () => servesEveryZone(role));
}

/** How one of the two name servers is started. */
export function namedSpec(role: NameServerRole, named: string): ComponentSpec {
  const { address: host, port } = nameServers[role];
  return {
    id: `named-${role}`, scope: 'names', name: `named-${role}`,
    command: named,
    args: ['-c', join(scopeFolder('names'), `${role}.conf`), '-g', '-4', '-n', '1'],
    listens: [{ host, port }],
  };
}

async function servesEveryZone(role: NameServerRole): Promise<boolean> {
  const resolver = new Resolver({ timeout: 500, tries: 1 });
  resolver.setServers([`${nameServers[role].address}:${nameServers[role].port}`]);
  const answers = await Promise.all(labZones().map((zone) => resolver.resolveSoa(zone.name)));
  return answers.length > 0;
}
