import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { updateKeyPath } from '../names/names.js';
import { labZones } from '../names/zones.js';
import { scopeFolder } from '../paths.js';
import { mainProgram, productConfigPath } from './product-paths.js';
import { appPort } from '../orders/manifests/kubernetes-object.js';
import { nameServers, siteNames, sites, temporalPorts } from '../settings.js';
import { kubeconfigPath } from '../site/kubeconfig.js';
import { runTool } from './tool.js';

export interface InstallationOptions {
  readonly outageBudgetMs: number;
  readonly commandTimeoutMs: number;
  /** Payloads sealed, JSON log lines, and metrics on a port of the lab. */
  readonly sealed?: boolean;
}

/** Where the payload key of a sealed lab stands. */
export function payloadKeyPath(): string {
  return join(scopeFolder('product'), 'payload.key');
}

/** Writes the product's configuration and makes each site's key pair with the product's own command. Everything goes by the links that can be cut. */
export async function writeInstallation({ outageBudgetMs, commandTimeoutMs, sealed = false }: InstallationOptions): Promise<string> {
  const folder = scopeFolder('product');
  mkdirSync(folder, { recursive: true });
  for (const site of siteNames) {
    if (!existsSync(join(folder, `${site}.key`))) await runTool(mainProgram(), ['keys', site, '--folder', folder]);
  }
  if (sealed) writeFileSync(payloadKeyPath(), randomBytes(32).toString('base64'), { mode: 0o600 });
  const server = (role: 'primary' | 'secondary'): string => `${nameServers[role].link}:${nameServers[role].port}`;
  const config = {
    temporal: { address: `127.0.0.1:${temporalPorts.link}`, ...(sealed ? { payloadKeys: [payloadKeyPath()] } : {}) },
    ...(sealed ? { log: { format: 'json' }, metrics: { worker: `127.0.0.1:${temporalPorts.metrics}` } } : {}),
    sites: Object.fromEntries(
      siteNames.map((site) => [
        site,
        {
          kubeconfig: kubeconfigPath(sites[site], 'changeover'),
          replication: { driver: 'vradmin', volumeGroups: { 'orders-datarep': { rvg: 'orders_rvg', diskGroup: sites[site].diskGroup } } },
          snapshots: { store: 'secrets', privateKey: `${site}.key`, publicKey: `${site}.pub` },
        },
      ]),
    ),
    zones: labZones().map((zone) => ({ zone: `${zone.name}.`, reverse: zone.name.endsWith('.arpa'), primary: server('primary'), secondaries: [server('secondary')], key: updateKeyPath() })),
    defaults: { outageBudgetMs, commandTimeoutMs, shortTtlSeconds: 1, probePorts: [appPort], probes: [`http://{address}:${appPort}/healthz`] },
  };
  writeFileSync(productConfigPath(), stringify(config));
  return productConfigPath();
}
