import type { CredentialLife } from '../../domain/credential-life.js';
import type { RawObject } from '../../ports/objects.js';

/** Query parameters of a request; undefined ones are left out. */
export type Query = Readonly<Record<string, string | undefined>>;

/** A served resource, from aggregated discovery. */
export interface ServedResource {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  readonly plural: string;
  readonly namespaced: boolean;
  readonly verbs: readonly string[];
  readonly subresources: readonly string[];
  /** Whether this is the group's preferred version. */
  readonly preferred: boolean;
}

export interface WatchEvent {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK' | 'ERROR';
  readonly object: RawObject;
}

export interface ExecResult {
  /** Null when no exit status was received. */
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface WriteOptions {
  readonly dryRun?: boolean;
  readonly force?: boolean;
  readonly signal?: AbortSignal;
  /** Another name than the product's own, for fields that only one part of it writes. */
  readonly fieldManager?: string;
}

/** What an informer tells, in the order in which the API server told it. */
export interface InformerListener {
  /** All objects, listed at once: first, and again whenever events were lost. */
  listed(objects: readonly RawObject[]): void;
  changed(event: 'added' | 'modified' | 'deleted', object: RawObject): void;
  /** The API server does not answer, or refuses; it is tried again. */
  lost(reason: string): void;
  /** It answers again. */
  found(): void;
}

/**
 * The few verbs we need of one API server, in raw JSON over pooled connections.
 * Every call has its own deadline. Failures are `ChangeoverError`s: 404 of a read is null, 409 `Conflict`, 403 `Forbidden`,
 * 422/400 `Invalid`, 429/5xx `Throttled`/`Unreachable`, network `Unreachable`. Messages never carry bodies of Secrets or headers.
 * Before each change the client has verified (cached for the connection's life, checked again after a reconnect)
 * that the cluster's `kube-system` UID is the pinned one; else `WrongSite`.
 */
export interface Kube {
  readonly site: string;
  clusterUid(): Promise<string>;
  /** Later changes refuse with `WrongSite` unless the cluster has this UID. */
  pin(clusterUid: string): void;
  serverVersion(): Promise<string>;
  /** How long our own credentials are accepted here, as far as they say so. */
  credentialLives(): Promise<readonly CredentialLife[]>;
  /** `path` is absolute, e.g. `/api/v1/namespaces/orders/pods/x`. Null when absent. */
  get(path: string, query?: Query): Promise<RawObject | null>;
  /** All pages of a list. */
  list(path: string, query?: Query): Promise<readonly RawObject[]>;
  create(path: string, body: object, options?: WriteOptions): Promise<RawObject>;
  /** Server-side apply with our field manager. */
  apply(path: string, body: object, options?: WriteOptions): Promise<RawObject>;
  replace(path: string, body: object, options?: WriteOptions): Promise<RawObject>;
  patch(path: string, body: object, type: 'merge' | 'json' | 'strategic', options?: WriteOptions): Promise<RawObject>;
  /** Absent is fine. Preconditions: uid and resourceVersion when given. */
  remove(path: string, options?: { uid?: string; resourceVersion?: string; propagation?: 'Background' | 'Foreground' | 'Orphan' }): Promise<void>;
  /**
   * Lists, then watches from there, calling `seen` with all objects keyed by namespace/name after the list and after each event,
   * until `seen` returns a value other than undefined or the signal aborts. Reconnects, relists after 410.
   */
  watchUntil<T>(path: string, query: Query, options: { signal: AbortSignal; seen: (objects: ReadonlyMap<string, RawObject>) => T | undefined }): Promise<T>;
  /** Lists, then watches, until the signal aborts: reconnects with jittered back-off, lists again after 410. Resolves when aborted; never throws. */
  inform(path: string, query: Query, options: { signal: AbortSignal; listener: InformerListener }): Promise<void>;
  exec(pod: { namespace: string; name: string; container: string }, argv: readonly string[], options: { timeoutMs: number; signal?: AbortSignal }): Promise<ExecResult>;
  /** Aggregated discovery, cached for a minute; `fresh` reads it again. */
  discover(fresh?: boolean): Promise<readonly ServedResource[]>;
}

/** `/api/v1/namespaces/n/pods/x`, `/apis/apps/v1/...`. Leave out name for the collection, namespace for cluster scope. */
export function pathOf(resource: { group: string; version: string; plural: string }, namespace?: string, name?: string): string {
  const root = resource.group === '' ? `/api/${resource.version}` : `/apis/${resource.group}/${resource.version}`;
  const scope = namespace === undefined ? '' : `/namespaces/${encodeURIComponent(namespace)}`;
  return `${root}${scope}/${resource.plural}${name === undefined ? '' : `/${encodeURIComponent(name)}`}`;
}
