import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, dirname, join, resolve } from 'node:path';
import { parseDocument } from 'yaml';
import { z } from 'zod';
import { ChangeoverError } from './domain/errors.js';
import { defaultOptions } from './domain/request.js';
import { address } from './settings/address.js';
import { apiSettings, apiWithPaths } from './settings/api.js';
import { siteLimits } from './settings/limits.js';
import { journalSchema, journalWithPaths } from './settings/journal.js';
import { logSettings, metricsSettings } from './settings/telemetry.js';
import { filesOfTemporal, temporalAccess, temporalSettings } from './settings/temporal.js';
import { controllerSettings } from './settings/controller.js';

/** Everything that can be set, once, from one file and the environment; every fault is reported together. */
const duration = z.number().int().positive();

const replication = z.discriminatedUnion('driver', [
  z.strictObject({ driver: z.literal('none') }),
  z.strictObject({
    driver: z.literal('vradmin'),
    namespace: z.string().default('infoscale-vtas'),
    podSelector: z.string().default('app.kubernetes.io/name=infoscale-sds'),
    container: z.string().default('infoscale'),
    /** By DataReplication name, where the CR's status does not say. */
    volumeGroups: z.record(z.string(), z.strictObject({ rvg: z.string(), diskGroup: z.string() })).default({}),
  }),
]);

const site = z.strictObject({
  kubeconfig: z.string(),
  /** The user name of our own account, as the API server sees it; the fence's label is guarded by it. */
  user: z.string().default('system:serviceaccount:changeover-system:changeover'),
  replication,
  snapshots: z.strictObject({
    store: z.union([z.literal('secrets'), z.strictObject({ folder: z.string() })]).default('secrets'),
    /** PEM; only workers of this site need it. */
    privateKey: z.string(),
    /** PEM; every worker needs it. */
    publicKey: z.string(),
  }),
  limits: siteLimits,
});

const zone = z.strictObject({
  zone: z.string().regex(/\.$/, 'must end with a dot'),
  reverse: z.boolean().default(false),
  primary: address,
  secondaries: z.array(address).default([]),
  /** A TSIG key file as tsig-keygen writes it. */
  key: z.string(),
});

const schema = z.strictObject({
  temporal: temporalSettings,
  /** Namespace of the DR plans. */
  planNamespace: z.string().default('infoscale-vtas'),
  sites: z.record(z.string().max(16, 'clusterIDs have at most 16 characters'), site).refine((s) => Object.keys(s).length >= 2, 'at least two sites are needed'),
  zones: z.array(zone).default([]),
  journal: journalSchema,
  controller: controllerSettings,
  defaults: z
    .strictObject({
      outageBudgetMs: duration.default(defaultOptions.outageBudgetMs),
      commandTimeoutMs: duration.default(defaultOptions.commandTimeoutMs),
      shortTtlSeconds: z.number().int().nonnegative().default(defaultOptions.shortTtlSeconds),
      attestations: z.number().int().min(1).max(2).default(1),
      probePorts: z.array(z.number().int().min(1).max(65535)).default([]),
      probes: z.array(z.string()).default([]),
    })
    .prefault({}),
  api: apiSettings,
  log: logSettings,
  metrics: metricsSettings,
});

export type Config = Omit<z.infer<typeof schema>, 'temporal'> & { readonly temporal: ReturnType<typeof temporalAccess> };
export type SiteConfig = z.infer<typeof site>;
export type ZoneConfig = z.infer<typeof zone>;

/** Where the file is when nobody says: `CHANGEOVER_CONFIG`, else `changeover.yaml` in the working directory. */
export function configPath(flag: string | undefined): string {
  return flag ?? process.env['CHANGEOVER_CONFIG'] ?? 'changeover.yaml';
}

/** A person's own kubeconfig, found as kubectl does: the option, else `KUBECONFIG` (its first file), else the one in the home folder. */
export function kubeconfigPath(flag: string | undefined): string {
  const [first] = (process.env['KUBECONFIG'] ?? '').split(delimiter);
  return flag ?? (first === undefined || first === '' ? join(homedir(), '.kube', 'config') : first);
}

/** The name under which a person's decisions are recorded when nobody vouches for it. */
export function userName(): string {
  return process.env['CHANGEOVER_USER'] ?? process.env['SUDO_USER'] ?? process.env['USER'] ?? 'unknown';
}

/** Which of the named files a program is going to read: a worker those of its sites, a client of Temporal none. */
export interface FilesNeeded {
  readonly sites: 'every' | readonly string[];
}

/** Whoever only talks to Temporal needs no kubeconfig and no key, and should not be given any. */
export const noFiles: FilesNeeded = { sites: [] };

/** Reads and checks the file; relative paths in it are relative to it. Throws `Invalid` with every fault, those of the files that are needed included. */
export function loadConfig(path: string, needed: FilesNeeded = { sites: 'every' }): Config {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch {
    throw new ChangeoverError('Invalid', `The configuration file ${path} cannot be read. Name one with --config or CHANGEOVER_CONFIG.`);
  }
  const document = parseDocument(text);
  if (document.errors.length > 0) throw invalid(path, document.errors.map((e) => e.message.split('\n')[0] ?? e.message));
  const raw: unknown = document.toJS() ?? {};
  const folder = dirname(resolve(path));
  const parsed = schema.safeParse(raw);
  const faults = [...(parsed.error?.issues ?? []).map((i) => `${i.path.join('.') || 'file'}: ${i.code === 'invalid_key' ? i.issues.map((inner) => inner.message).join('; ') : i.message}`), ...faultsOfFiles(raw, folder, needed)];
  if (!parsed.success || faults.length > 0) throw invalid(path, faults);
  return { ...withPaths(parsed.data, folder), temporal: accessOf(path, parsed.data, folder) };
}

function accessOf(path: string, { temporal }: z.infer<typeof schema>, folder: string): Config['temporal'] {
  try {
    return temporalAccess(temporal, { folder, env: process.env });
  } catch (cause) {
    throw invalid(path, [`temporal: ${cause instanceof Error ? cause.message : String(cause)}`]);
  }
}

function invalid(path: string, reasons: readonly string[]): ChangeoverError {
  return new ChangeoverError('Invalid', `The configuration ${path} has ${reasons.length} ${reasons.length === 1 ? 'fault' : 'faults'}.`, { reasons });
}

function withPaths(config: z.infer<typeof schema>, folder: string): Omit<Config, 'temporal'> {
  const at = (path: string) => resolve(folder, path);
  const sites = Object.entries(config.sites).map(([id, s]) => [
    id,
    {
      ...s,
      kubeconfig: at(s.kubeconfig),
      snapshots: {
        store: s.snapshots.store === 'secrets' ? s.snapshots.store : { folder: at(s.snapshots.store.folder) },
        privateKey: at(s.snapshots.privateKey),
        publicKey: at(s.snapshots.publicKey),
      },
    },
  ]);
  const { temporal: _, ...rest } = config;
  return { ...rest, sites: Object.fromEntries(sites) as Config['sites'], zones: config.zones.map((z) => ({ ...z, key: at(z.key) })), journal: journalWithPaths(config.journal, at), api: apiWithPaths(config.api, at) };
}

/** What is wrong with the files that are named, as far as they are: read from the raw document, so that no other fault hides these. */
function faultsOfFiles(raw: unknown, folder: string, needed: FilesNeeded): readonly string[] {
  const named = filesOf(raw, needed).map(({ what, file, read }) => ({ what, file: resolve(folder, file), read }));
  const kubeconfigs = named.filter(({ what }) => what.endsWith('.kubeconfig'));
  return [
    ...named.flatMap(({ what, file, read }) => (!read || isReadable(file) ? [] : [`${what}: ${file} cannot be read`])),
    ...kubeconfigs.flatMap(({ what, file }, index) => {
      const twin = kubeconfigs.slice(0, index).find((earlier) => earlier.file === file);
      return twin === undefined ? [] : [`${what}: the same file as ${twin.what}`];
    }),
  ];
}

interface NamedFile {
  readonly what: string;
  readonly file: string;
  /** Whether this program is going to read it. */
  readonly read: boolean;
}

/**
 * Who serves a site seals for all sites and changes the zones; it reaches its own cluster only. Another site's kubeconfig is opened
 * when a snapshot is copied there, and a site's private key is read by its own worker alone: both speak for themselves then.
 */
function filesOf(raw: unknown, needed: FilesNeeded): readonly NamedFile[] {
  const { sites, zones, temporal } = fieldsOf(raw);
  const serves = (id: string): boolean => needed.sites === 'every' || needed.sites.includes(id);
  const servesAny = needed.sites === 'every' || needed.sites.length > 0;
  const wanted: readonly (readonly [what: string, file: unknown, read: boolean])[] = [
    ...Object.entries(fieldsOf(sites)).flatMap(([id, site]) => [
      [`sites.${id}.kubeconfig`, fieldsOf(site)['kubeconfig'], serves(id)] as const,
      [`sites.${id}.snapshots.publicKey`, fieldsOf(fieldsOf(site)['snapshots'])['publicKey'], servesAny] as const,
    ]),
    ...filesOfTemporal(fieldsOf(temporal)).map(([what, file]) => [what, file, true] as const),
    ...(Array.isArray(zones) ? zones : []).map((zone: unknown) => [`zones ${String(fieldsOf(zone)['zone'])} key`, fieldsOf(zone)['key'], servesAny] as const),
  ];
  return wanted.flatMap(([what, file, read]) => (typeof file === 'string' ? [{ what, file, read }] : []));
}

function fieldsOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : {};
}

function isReadable(file: string): boolean {
  try {
    readFileSync(file);
    return true;
  } catch {
    return false;
  }
}
