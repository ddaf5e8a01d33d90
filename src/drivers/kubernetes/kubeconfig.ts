import { createHash } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import type https from 'node:https';
import path from 'node:path';
import { KubeConfig } from '@kubernetes/client-node';
import type { DispatcherOptions, User } from '@kubernetes/client-node';
import { parseDocument } from 'yaml';
import { ChangeoverError } from '../../domain/errors.js';
import type { CredentialLife } from '../../domain/credential-life.js';
import { credentialLives } from './credential-lives.js';
import { reasonOf } from './failure.js';

/** What one request needs to be accepted: where, with which TLS material, with which headers. */
export interface Credentials {
  readonly server: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly tls: DispatcherOptions;
  /** Changes when certificates do: connections made with the old ones must not be used any more. */
  readonly fingerprint: string;
  /** How long they are accepted, as far as they say so. */
  readonly lives: readonly CredentialLife[];
  /** For exec, which client-node does. */
  readonly kubeConfig: KubeConfig;
}

type Authenticator = Parameters<KubeConfig['addAuthenticator']>[0];

const TOKEN_FILE_PROVIDER = 'changeover-token-file';

/** The standard kubeconfig field `tokenFile`, which client-node does not know. Read again whenever the file has changed. */
class TokenFileAuthenticator implements Authenticator {
  private readonly read = new Map<string, { readonly mtimeMs: number; readonly token: string }>();

  isAuthProvider(user: User): boolean {
    return user.authProvider?.name === TOKEN_FILE_PROVIDER;
  }

  async applyAuthentication(user: User, options: https.RequestOptions): Promise<void> {
    const file = String(user.authProvider.config.path);
    const { mtimeMs } = statSync(file);
    let known = this.read.get(file);
    if (known === undefined || known.mtimeMs !== mtimeMs) {
      known = { mtimeMs, token: readFileSync(file, 'utf8').trim() };
      this.read.set(file, known);
    }
    options.headers = Object.assign(options.headers ?? {}, { Authorization: `Bearer ${known.token}` });
  }
}

function invalid(site: string, file: string, what: string): ChangeoverError {
  return new ChangeoverError('Invalid', `The kubeconfig ${file} of site ${site} ${what}.`);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Parses without ever quoting the text: a parser's own message shows the lines around the mistake, tokens included. */
function parsed(site: string, file: string): Record<string, unknown> {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    throw invalid(site, file, `cannot be read (${isRecord(error) && typeof error['code'] === 'string' ? error['code'] : 'unknown reason'})`);
  }
  const document = parseDocument(text, { prettyErrors: false });
  if (document.errors.length > 0) throw invalid(site, file, 'is not valid YAML');
  const value: unknown = document.toJS();
  if (!isRecord(value)) throw invalid(site, file, 'is not a kubeconfig');
  return value;
}

/** Rewrites `tokenFile` of each user into an authentication provider of ours, with the path made absolute. */
function withTokenFiles(config: Record<string, unknown>, folder: string): Record<string, unknown> {
  const users = Array.isArray(config['users']) ? config['users'] : [];
  return {
    ...config,
    users: users.map((entry: unknown) => {
      if (!isRecord(entry) || !isRecord(entry['user']) || typeof entry['user']['tokenFile'] !== 'string') return entry;
      const { tokenFile, ...user } = entry['user'];
      return { ...entry, user: { ...user, 'auth-provider': { name: TOKEN_FILE_PROVIDER, config: { path: path.resolve(folder, String(tokenFile)) } } } };
    }),
  };
}

/** Reads a kubeconfig and checks that its current context leads to a cluster and a user. Throws `Invalid` with what is wrong. */
export function loadKubeconfig(site: string, file: string): KubeConfig {
  const config = parsed(site, file);
  const folder = path.dirname(path.resolve(file));
  const kubeConfig = new KubeConfig();
  kubeConfig.addAuthenticator(new TokenFileAuthenticator());
  try {
    kubeConfig.loadFromString(JSON.stringify(withTokenFiles(config, folder)));
  } catch (error) {
    throw invalid(site, file, `is incomplete: ${reasonOf(error)}`);
  }
  kubeConfig.makePathsAbsolute(folder);
  const context = config['current-context'];
  if (typeof context !== 'string' || context === '') throw invalid(site, file, 'has no current-context');
  if (kubeConfig.getContextObject(context) === null) throw invalid(site, file, `names the current context ${context}, which it does not contain`);
  const cluster = kubeConfig.getCurrentCluster();
  if (cluster === null) throw invalid(site, file, `has a context ${context} whose cluster it does not contain`);
  if (kubeConfig.getCurrentUser() === null) throw invalid(site, file, `has a context ${context} whose user it does not contain`);
  if (!URL.canParse(cluster.server)) throw invalid(site, file, 'has a server that is not a URL');
  return kubeConfig;
}

/** 0: it is not there, or may not be looked at; whoever reads it says so. */
function changedAt(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}

/** How long resolved credentials are used before files are looked at again, in milliseconds. */
const RESOLVE_EVERY_MS = 5_000;

/** Credentials of one kubeconfig. Certificates and token files are read again every few seconds, the kubeconfig itself when it has changed and after `forget`. */
export class CredentialSource {
  private kubeConfig: KubeConfig | null = null;
  private current: Credentials | null = null;
  private resolvedAt = 0;
  private changedMs: number;

  constructor(
    private readonly site: string,
    private readonly file: string,
    private readonly everyMs = RESOLVE_EVERY_MS,
  ) {
    this.changedMs = changedAt(file);
    this.kubeConfig = loadKubeconfig(site, file);
  }

  /** The server said who we are is not known: read everything anew. */
  forget(): void {
    this.kubeConfig = null;
    this.resolvedAt = 0;
  }

  async resolve(): Promise<Credentials> {
    const now = performance.now();
    if (this.current !== null && this.kubeConfig !== null && now - this.resolvedAt < this.everyMs) return this.current;
    this.kubeConfig ??= loadKubeconfig(this.site, this.file);
    this.renew();
    let next = await this.read(this.kubeConfig);
    if (this.current !== null && next.fingerprint !== this.current.fingerprint) {
      // client-node keeps its exec connections' TLS material for ever; a new KubeConfig starts without them.
      this.kubeConfig = loadKubeconfig(this.site, this.file);
      next = await this.read(this.kubeConfig);
    }
    this.current = next;
    this.resolvedAt = now;
    return next;
  }

  /** Somebody renewed the kubeconfig. One that is half written is read again when it has changed once more; what was good until now still is. */
  private renew(): void {
    const changedMs = changedAt(this.file);
    if (changedMs === this.changedMs) return;
    try {
      this.kubeConfig = loadKubeconfig(this.site, this.file);
    } catch {
      return;
    }
    this.changedMs = changedMs;
  }

  private async read(kubeConfig: KubeConfig): Promise<Credentials> {
    const options: https.RequestOptions = {};
    try {
      await kubeConfig.applyToHTTPSOptions(options);
    } catch (error) {
      throw invalid(this.site, this.file, `gives no usable credentials: ${reasonOf(error)}`);
    }
    const cluster = kubeConfig.getCurrentCluster();
    if (cluster === null) throw invalid(this.site, this.file, 'has no current cluster');
    const headers: Record<string, string> = {};
    for (const [name, value] of Object.entries(options.headers ?? {})) headers[name.toLowerCase()] = String(value);
    if (typeof options.auth === 'string') headers['authorization'] = `Basic ${Buffer.from(options.auth).toString('base64')}`;
    const { ca, cert, key, pfx, passphrase, rejectUnauthorized, servername } = options;
    const material = Object.fromEntries(Object.entries({ ca, cert, key, pfx, passphrase, rejectUnauthorized, servername }).filter(([, value]) => value !== undefined && value !== null));
    const digest = createHash('sha256');
    for (const [name, value] of Object.entries(material)) digest.update(name).update(Buffer.isBuffer(value) ? value : JSON.stringify(value));
    return {
      server: new URL(cluster.server),
      headers,
      tls: kubeConfig.createDispatcherOptions(cluster, material),
      lives: credentialLives({ user: kubeConfig.getCurrentUser(), authorization: headers['authorization'], certificate: cert }, TOKEN_FILE_PROVIDER),
      fingerprint: digest.update(cluster.server).update(cluster.proxyUrl ?? '').digest('hex'),
      kubeConfig,
    };
  }
}
