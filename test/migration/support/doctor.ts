import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parse, stringify } from 'yaml';
import { productConfigPath } from '../../../lab/scenario/product-paths.js';
import type { Scenario } from '../../../lab/scenario/scenario.js';
import type { Finding } from '../../../src/doctor/finding.js';

interface Diagnosis {
  readonly exitCode: number;
  readonly healthy: boolean;
  readonly findings: readonly Finding[];
}

export async function doctor(scenario: Scenario, args: readonly string[]): Promise<Diagnosis> {
  const { exitCode, stdout, stderr } = await scenario.try(['doctor', '-o', 'json', ...args]);
  if (stdout === '') throw new Error(stderr);
  return { exitCode, ...(JSON.parse(stdout) as { healthy: boolean; findings: readonly Finding[] }) };
}

interface Config {
  temporal: { address: string; namespace?: string };
  sites: Record<string, { kubeconfig: string; user?: string; snapshots: { privateKey: string; publicKey: string } } & Record<string, unknown>>;
  zones: { zone: string; key: string; secondaries: string[] }[];
}

/** What must be found in the configuration that `spoilt` writes. */
export const wrongThings: readonly (readonly [area: Finding['area'], subject: string, says: RegExp])[] = [
  ['workers', 'site-north', /nobody polls this queue/],
  ['sites', 'west', /InfoScale calls this cluster east/],
  ['sites', 'west', /the same cluster as east/],
  ['sites', 'east', /not as system:serviceaccount:changeover-system:another/],
  ['sites', 'north', /its kubeconfig .* cannot be read here/],
  ['keys', 'east', /cannot be opened with the key of east/],
  ['names', 'example.test.', /refuses the key|NOTAUTH|BADSIG/],
  ['names', 'example.test.', /127\.0\.53\.1:9 cannot be reached/],
];

/** The lab's configuration with another namespace of Temporal. */
export function inNamespace(namespace: string): string {
  const config = parse(readFileSync(productConfigPath(), 'utf8')) as Config;
  config.temporal.namespace = namespace;
  const path = join(dirname(productConfigPath()), `${namespace}.yaml`);
  writeFileSync(path, stringify(config));
  return path;
}

/** A copy of the lab's configuration with a mistake of every kind. */
export function spoilt(): string {
  const folder = dirname(productConfigPath());
  const config = parse(readFileSync(productConfigPath(), 'utf8')) as Config;
  const { east, west } = config.sites;
  const [zone] = config.zones;
  if (east === undefined || west === undefined || zone === undefined) throw new Error('the lab\'s configuration lacks a site or a zone');
  config.sites['north'] = { ...west, kubeconfig: 'not-there', snapshots: { ...west.snapshots } };
  copyFileSync(east.kubeconfig, join(folder, 'west-is-east.kubeconfig'));
  west.kubeconfig = 'west-is-east.kubeconfig';
  east.user = 'system:serviceaccount:changeover-system:another';
  east.snapshots.publicKey = west.snapshots.publicKey;
  const key = readFileSync(zone.key, 'utf8').replace(/secret\s+"[^"]+"/, 'secret "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="');
  writeFileSync(join(folder, 'wrong.key'), key, { mode: 0o600 });
  zone.key = 'wrong.key';
  zone.secondaries = ['127.0.53.1:9'];
  const path = join(folder, 'spoilt.yaml');
  writeFileSync(path, stringify(config));
  return path;
}
