import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { loadClientConfigProfile, toClientOptions, type ClientConfigProfile, type ClientConfigTLS, type ClientConnectConfig } from '@temporalio/envconfig';
import { z } from 'zod';
import { address } from './address.js';

const tlsFiles = z.strictObject({
  /** Another name than the address's, as it stands in the server's certificate. */
  serverName: z.string().optional(),
  serverCa: z.string().optional(),
  clientCert: z.string().optional(),
  clientKey: z.string().optional(),
});

/** How Temporal is reached, and what of it may be read there. */
export const temporalSettings = z
  .strictObject({
    address: address.optional(),
    namespace: z.string().optional(),
    /** A profile of Temporal's own configuration file. */
    profile: z.string().optional(),
    tls: z.union([z.boolean(), tlsFiles]).optional(),
    apiKeyFile: z.string().optional(),
    /** Files with one AES-256 key each, base64; the first seals, all open. None: payloads are plain. */
    payloadKeys: z.array(z.string()).default([]),
    /** Whether runs stay with the build of the control worker that began them. */
    versioning: z.boolean().default(true),
  })
  .prefault({});

type Settings = z.infer<typeof temporalSettings>;

/** What a connection needs beside its address; read from its files when it is asked for, so that a rotated file counts. */
export type Credentials = Pick<ClientConnectConfig['connectionOptions'], 'tls' | 'apiKey' | 'metadata'>;

/** Everything that a client or a worker must know to meet Temporal. */
export interface TemporalAccess {
  readonly address: string;
  readonly namespace: string;
  /** A function, so that no secret stands in a value that somebody might print. */
  readonly credentials?: () => Credentials;
  readonly payloadKeys?: readonly string[];
}

/**
 * One address out of four places, field by field: the environment (`TEMPORAL_…`), then our file, then the profile of Temporal's own
 * configuration file, then the default. Throws where a named profile does not exist or its file cannot be understood.
 */
export function temporalAccess(settings: Settings, { folder, env }: { readonly folder: string; readonly env: Readonly<Record<string, string | undefined>> }) {
  const at = (path: string) => resolve(folder, path);
  const variables = Object.fromEntries(Object.entries(env).filter((entry): entry is [string, string] => entry[1] !== undefined && entry[1] !== ''));
  const profile = variables['TEMPORAL_PROFILE'] ?? settings.profile;
  const fromProfile = loadClientConfigProfile({ ...(profile === undefined ? {} : { profile }), disableEnv: true, overrideEnvVars: variables });
  const fromEnv = loadClientConfigProfile({ disableFile: true, overrideEnvVars: variables });
  const { apiKeyFile } = settings;
  const credentials = (): Credentials => {
    const ours: ClientConfigProfile = { ...tlsOf(settings.tls, at), ...(apiKeyFile === undefined ? {} : { apiKey: readFileSync(at(apiKeyFile), 'utf8').trim() }) };
    const { connectionOptions: { tls, apiKey, metadata } } = toClientOptions(merged([fromProfile, ours, fromEnv]));
    return { ...(tls === undefined ? {} : { tls }), ...(apiKey === undefined ? {} : { apiKey }), ...(metadata === undefined ? {} : { metadata }) };
  };
  return {
    address: fromEnv.address ?? settings.address ?? fromProfile.address ?? '127.0.0.1:7233',
    namespace: fromEnv.namespace ?? settings.namespace ?? fromProfile.namespace ?? 'default',
    credentials,
    payloadKeys: settings.payloadKeys.map(at),
    versioning: settings.versioning,
  };
}

/** The files that the section names, with the key that names each. */
export function filesOfTemporal(raw: Readonly<Record<string, unknown>>): readonly (readonly [what: string, file: unknown])[] {
  const { tls, apiKeyFile, payloadKeys } = raw;
  const files: Readonly<Record<string, unknown>> = typeof tls === 'object' && tls !== null ? { ...tls } : {};
  return [
    ...['serverCa', 'clientCert', 'clientKey'].map((key) => [`temporal.tls.${key}`, files[key]] as const),
    ['temporal.apiKeyFile', apiKeyFile] as const,
    ...(Array.isArray(payloadKeys) ? payloadKeys : []).map((file: unknown) => ['temporal.payloadKeys', file] as const),
  ];
}

function tlsOf(tls: Settings['tls'], at: (path: string) => string): Pick<ClientConfigProfile, 'tls'> {
  if (tls === undefined) return {};
  if (typeof tls === 'boolean') return { tls: { disabled: !tls } };
  const file = (path: string | undefined) => (path === undefined ? undefined : { path: at(path) });
  return { tls: defined({ serverName: tls.serverName, serverCACert: file(tls.serverCa), clientCert: file(tls.clientCert), clientKey: file(tls.clientKey) }) };
}

/** The later wins, in TLS field by field. */
function merged(profiles: readonly ClientConfigProfile[]): ClientConfigProfile {
  const tls = profiles.flatMap((p) => (p.tls === undefined ? [] : [p.tls]));
  return {
    ...Object.assign({}, ...profiles.map(defined)) as ClientConfigProfile,
    ...(tls.length === 0 ? {} : { tls: Object.assign({}, ...tls.map(defined)) as ClientConfigTLS }),
    grpcMeta: Object.assign({}, ...profiles.map((p) => p.grpcMeta ?? {})) as Record<string, string>,
  };
}

function defined<T extends object>(value: { readonly [K in keyof T]: T[K] | undefined }): T {
  return Object.fromEntries(Object.entries(value).filter(([, v]) => v !== undefined)) as T;
}
