import { randomBytes } from 'node:crypto';
import { copyFileSync, existsSync, mkdirSync, readFileSync, renameSync } from 'node:fs';
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
  const program = unconfined(named, folder);
  // The secondary needs the primary's answer to load its zones for the first time.
  for (const role of roles) await starter.ensure(namedSpec(role, program), () => servesEveryZone(role));
}

/**
 * Distributions that confine /usr/sbin/named by AppArmor let it read its own folders only. The profile
 * goes by the program's path, so a copy in the lab's folder is used there; the profile itself is left alone.
 */
function unconfined(named: string, folder: string): string {
  const profiles = '/sys/kernel/security/apparmor/profiles';
  if (!existsSync(profiles) || !/^(named|\/usr\/sbin\/named) \(enforce\)/m.test(readFileSync(profiles, 'utf8'))) return named;
  const copy = join(folder, 'named');
  copyFileSync(named, `${copy}.new`);
  renameSync(`${copy}.new`, copy);
  return copy;
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
