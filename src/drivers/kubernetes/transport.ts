import type { ConnectionOptions } from 'node:tls';
import { Agent, ProxyAgent } from 'undici';
import type { Dispatcher } from 'undici';
import { ChangeoverError } from '../../domain/errors.js';
import { abortReason, failureOf, httpStatusOf, unreachable } from './failure.js';
import type { Credentials, CredentialSource } from './kubeconfig.js';
import type { Query } from './kube.js';

export interface Request {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly path: string;
  readonly query?: Query | undefined;
  readonly body?: object | undefined;
  readonly contentType?: string | undefined;
  readonly accept?: string | undefined;
  readonly signal?: AbortSignal | undefined;
}

interface Pools {
  readonly fingerprint: string;
  readonly calls: Dispatcher;
  /** Watches hold their connection for as long as they run; calls must never wait for one of them. */
  readonly watches: Dispatcher;
}

/** Idle connections are kept this long; the API server itself closes them after three minutes. */
const KEEP_ALIVE_MS = 60_000;
const CONNECT_TIMEOUT_MS = 5_000;

/** Cause of an `Unreachable` that is a passed deadline: trying at once again would only double the wait. */
const TIMED_OUT = { timedOut: true } as const;

/** Absolute, served by an API server, and nothing in it that URL normalisation would turn into another object's path. */
const safePath = /^\/(api|apis|version|readyz|livez)(\/(?!\.{1,2}(\/|$))[^/?#\\]+)*$/;

/** The authorizer names who may not what; a policy that denies a change says other things, and is right at any time. */
function saysTheAuthorizer(error: ChangeoverError): boolean {
  return httpStatusOf(error) === 403 && /: User "[^"]*" cannot /.test(error.message);
}

function pool(credentials: Credentials, connections: number | null, site: string): Dispatcher {
  const { tls } = credentials;
  const common = { connections, pipelining: 1, allowH2: false, keepAliveTimeout: KEEP_ALIVE_MS, headersTimeout: 0, bodyTimeout: 0 };
  const connect = { timeout: CONNECT_TIMEOUT_MS, keepAlive: true, keepAliveInitialDelay: 15_000 };
  switch (tls.type) {
    case 'agent':
      return new Agent({ ...common, connect: { ...defined(tls.connect), ...connect } });
    case 'proxy':
      return new ProxyAgent({ ...common, uri: tls.uri, requestTls: { ...defined(tls.requestTls), ...connect } });
    case 'none':
      return new Agent({ ...common, connect });
    case 'socks':
      throw new ChangeoverError('Invalid', `The kubeconfig of site ${site} names a SOCKS proxy; only HTTP proxies are supported.`);
  }
}

/** TLS options without the members that are not set. */
function defined(options: ConnectionOptions): Pick<ConnectionOptions, 'ca'> {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
}

/** HTTP to one API server over pooled connections. Every call has a deadline; reads are tried once more when a kept connection turns out to be dead. */
export class Transport {
  private pools: Pools | null = null;
  private breaks = 0;

  constructor(
    readonly site: string,
    readonly credentials: CredentialSource,
    private readonly limits: { readonly timeoutMs: number; readonly connections: number },
  ) {}

  /** Grows whenever a connection is lost: whatever was learnt about the other end must be learnt again. */
  get era(): number {
    return this.breaks;
  }

  async close(): Promise<void> {
    const pools = this.pools;
    this.pools = null;
    if (pools !== null) await Promise.all([pools.calls.destroy(), pools.watches.destroy()]);
  }

  /** The parsed answer. Throws for every status of 400 and above. */
  async call(request: Request): Promise<unknown> {
    try {
      return await this.once(request);
    } catch (error) {
      if (!(error instanceof ChangeoverError)) throw error;
      if (error.code === 'Forbidden' && httpStatusOf(error) === 401) {
        this.credentials.forget();
        return await this.once(request);
      }
      if (saysTheAuthorizer(error)) return await this.onceReady(request, () => this.once(request));
      if (error.code === 'Unreachable' && request.method === 'GET' && httpStatusOf(error) === null && error.cause !== TIMED_OUT) return await this.once(request);
      throw error;
    }
  }

  /**
   * An API server that starts up serves before it has read its roles, and denies everything until then: that is not a right that is missing.
   * One that is ready by now may have become so a moment ago: it is asked again, since what was denied was not done, and is believed then.
   */
  private async onceReady<T>(request: Request, again: () => Promise<T>): Promise<T> {
    const ready = await this.once({ method: 'GET', path: '/readyz', signal: request.signal }).then(() => true, () => false);
    if (ready) return await again();
    throw new ChangeoverError('Unreachable', `${request.method} ${request.path} on ${this.site} was denied while its API server is not ready.`);
  }

  /** Opens a stream that ends when the server ends it, when nothing comes for `idleMs`, or when the signal aborts. */
  async open(request: Request, idleMs: number): Promise<AsyncIterable<Buffer>> {
    try {
      return await this.opened(request, idleMs);
    } catch (error) {
      if (!(error instanceof ChangeoverError) || !saysTheAuthorizer(error)) throw error;
      return await this.onceReady(request, () => this.opened(request, idleMs));
    }
  }

  private async opened(request: Request, idleMs: number): Promise<AsyncIterable<Buffer>> {
    const { pools, options } = await this.prepared(request);
    let response: Dispatcher.ResponseData;
    try {
      response = await pools.watches.request({ ...options, headersTimeout: this.limits.timeoutMs, bodyTimeout: idleMs, signal: request.signal ?? null });
    } catch (error) {
      throw request.signal?.aborted === true ? abortReason(request.signal) : unreachable({ ...request, site: this.site }, error);
    }
    if (response.statusCode >= 400) throw failureOf({ ...request, site: this.site, status: response.statusCode, body: parsedOr(await response.body.text()) });
    return response.body;
  }

  private async once(request: Request): Promise<unknown> {
    const { pools, options } = await this.prepared(request);
    const deadline = new AbortController();
    const timer = setTimeout(() => deadline.abort(), this.limits.timeoutMs);
    const onAbort = (): void => deadline.abort();
    request.signal?.addEventListener('abort', onAbort, { once: true });
    try {
      const response = await pools.calls.request({ ...options, signal: deadline.signal });
      const body = parsedOr(await response.body.text());
      if (response.statusCode >= 400) throw failureOf({ ...request, site: this.site, status: response.statusCode, body });
      return body;
    } catch (error) {
      if (error instanceof ChangeoverError) throw error;
      if (request.signal?.aborted === true) throw abortReason(request.signal);
      if (deadline.signal.aborted) {
        throw new ChangeoverError('Unreachable', `${request.method} ${request.path} on ${this.site}: no answer within ${this.limits.timeoutMs / 1000} s`, { cause: TIMED_OUT });
      }
      throw unreachable({ ...request, site: this.site }, error);
    } finally {
      clearTimeout(timer);
      request.signal?.removeEventListener('abort', onAbort);
    }
  }

  private async prepared(request: Request): Promise<{ pools: Pools; options: Dispatcher.RequestOptions }> {
    if (!safePath.test(request.path)) throw new ChangeoverError('Bug', `${request.path} is not a path of an API server.`);
    if (request.signal?.aborted === true) throw abortReason(request.signal);
    const credentials = await this.credentials.resolve();
    const query = Object.entries(request.query ?? {}).filter((entry): entry is [string, string] => entry[1] !== undefined);
    const root = credentials.server.pathname.replace(/\/$/, '');
    const headers: Record<string, string> = { accept: request.accept ?? 'application/json', 'user-agent': 'changeover', ...credentials.headers };
    if (request.body !== undefined) headers['content-type'] = request.contentType ?? 'application/json';
    return {
      pools: this.poolsFor(credentials),
      options: {
        origin: credentials.server.origin,
        path: `${root}${request.path}${query.length === 0 ? '' : `?${new URLSearchParams(query).toString()}`}`,
        method: request.method,
        headers,
        body: request.body === undefined ? null : JSON.stringify(request.body),
      },
    };
  }

  private poolsFor(credentials: Credentials): Pools {
    if (this.pools !== null && this.pools.fingerprint === credentials.fingerprint) return this.pools;
    const old = this.pools;
    if (old !== null) {
      for (const dispatcher of [old.calls, old.watches]) void dispatcher.close().catch(() => undefined);
      this.breaks += 1;
    }
    this.pools = { fingerprint: credentials.fingerprint, calls: pool(credentials, this.limits.connections, this.site), watches: pool(credentials, null, this.site) };
    this.pools.calls.on('disconnect', () => void (this.breaks += 1));
    this.pools.calls.on('connectionError', () => void (this.breaks += 1));
    return this.pools;
  }
}

/** JSON where it is JSON; a proxy's page or a plain word otherwise. */
function parsedOr(text: string): unknown {
  if (text === '') return {};
  try {
    return JSON.parse(text);
  } catch {
    return { message: text.slice(0, 200) };
  }
}
