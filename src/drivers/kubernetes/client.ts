import { ChangeoverError } from '../../domain/errors.js';
import { ioLimits } from '../../domain/limits.js';
import { FIELD_MANAGER } from '../../domain/names.js';
import type { RawObject } from '../../ports/objects.js';
import { discover } from './discovery.js';
import { exec } from './exec.js';
import { CredentialSource } from './kubeconfig.js';
import type { Kube, Query, ServedResource, WriteOptions } from './kube.js';
import { httpStatusOf } from './failure.js';
import { inform } from './informer.js';
import { listPages } from './pages.js';
import { Transport } from './transport.js';
import type { Request } from './transport.js';
import { watchUntil } from './watch.js';

export interface KubeOptions {
  readonly site: string;
  /** Path of a kubeconfig file; its current context is used. */
  readonly kubeconfig: string;
  /** Most connections for calls at a time; watches have their own. */
  readonly connections?: number;
  /** Deadline of one call, milliseconds. */
  readonly timeoutMs?: number;
}

/** A `Kube` whose connections can be given back. */
export interface OwnedKube extends Kube {
  close(): Promise<void>;
}

const DISCOVERY_LIFETIME_MS = 60_000;
const KUBE_SYSTEM = '/api/v1/namespaces/kube-system';

const patchTypes = {
  merge: 'application/merge-patch+json',
  json: 'application/json-patch+json',
  strategic: 'application/strategic-merge-patch+json',
} as const;

/** Remembers, for the life of the connections, that the cluster behind them is the pinned one. */
class Pin {
  private expected: string | null = null;
  private verified: { readonly era: number; readonly check: Promise<void> } | null = null;

  constructor(
    private readonly transport: Transport,
    private readonly readUid: () => Promise<string>,
  ) {}

  set(clusterUid: string): void {
    if (this.expected !== clusterUid) this.verified = null;
    this.expected = clusterUid;
  }

  /** Throws `WrongSite` when another cluster answers. Calls made at once share one look. */
  async verify(): Promise<void> {
    const { expected } = this;
    if (expected === null) return;
    if (this.verified === null || this.verified.era !== this.transport.era) {
      const check = this.compare(expected);
      this.verified = { era: this.transport.era, check };
      check.catch(() => (this.verified = null));
    }
    await this.verified.check;
  }

  private async compare(expected: string): Promise<void> {
    const found = await this.readUid();
    if (found === expected) return;
    throw new ChangeoverError('WrongSite', `The kubeconfig of site ${this.transport.site} reaches cluster ${found}; the site is pinned to ${expected}.`);
  }
}

function writeQuery(options: WriteOptions): Query {
  return { fieldManager: options.fieldManager ?? FIELD_MANAGER, fieldValidation: 'Strict', dryRun: options.dryRun === true ? 'All' : undefined };
}

/** A client of one site's API server. Throws `Invalid` when the kubeconfig cannot be used; connects with the first call only. */
export function createKube(options: KubeOptions): OwnedKube {
  const { site } = options;
  const transport = new Transport(site, new CredentialSource(site, options.kubeconfig), {
    timeoutMs: options.timeoutMs ?? ioLimits.kubernetesCallMs,
    connections: options.connections ?? 16,
  });
  const clusterUid = async (): Promise<string> => {
    const { metadata } = (await transport.call({ method: 'GET', path: KUBE_SYSTEM })) as RawObject;
    return String(metadata['uid']);
  };
  const pin = new Pin(transport, clusterUid);
  let discovered: { readonly at: number; readonly resources: Promise<readonly ServedResource[]> } | null = null;

  const change = async (request: Request, dryRun?: boolean): Promise<RawObject> => {
    if (dryRun !== true) await pin.verify();
    return (await transport.call(request)) as RawObject;
  };

  return {
    site,
    clusterUid,
    pin: (uid) => pin.set(uid),
    close: () => transport.close(),

    async serverVersion() {
      const version = (await transport.call({ method: 'GET', path: '/version' })) as { gitVersion?: string };
      return version.gitVersion ?? 'unknown';
    },

    credentialLives: async () => (await transport.credentials.resolve()).lives,

    async get(path, query) {
      try {
        return (await transport.call({ method: 'GET', path, query })) as RawObject;
      } catch (error) {
        if (httpStatusOf(error) === 404) return null;
        throw error;
      }
    },

    async list(path, query) {
      return (await listPages(transport, { path, query: query ?? {} })).items;
    },

    create: (path, body, write = {}) => change({ method: 'POST', path, body, query: writeQuery(write), signal: write.signal }, write.dryRun),

    apply: (path, body, write = {}) =>
      change(
        { method: 'PATCH', path, body, contentType: 'application/apply-patch+yaml', query: { ...writeQuery(write), force: write.force === true ? 'true' : undefined }, signal: write.signal },
        write.dryRun,
      ),

    replace: (path, body, write = {}) => change({ method: 'PUT', path, body, query: writeQuery(write), signal: write.signal }, write.dryRun),

    patch: (path, body, ...[type, write = {}]) => change({ method: 'PATCH', path, body, contentType: patchTypes[type], query: writeQuery(write), signal: write.signal }, write.dryRun),

    async remove(path, removal = {}) {
      const { uid, resourceVersion, propagation } = removal;
      const body = {
        apiVersion: 'v1',
        kind: 'DeleteOptions',
        ...(propagation === undefined ? {} : { propagationPolicy: propagation }),
        ...(uid === undefined && resourceVersion === undefined ? {} : { preconditions: { uid, resourceVersion } }),
      };
      try {
        await change({ method: 'DELETE', path, body });
      } catch (error) {
        if (httpStatusOf(error) !== 404) throw error;
      }
    },

    watchUntil: (path, query, watching) => watchUntil(transport, { path, query }, watching),

    inform: (path, query, { signal, listener }) => inform({ transport, collection: { path, query }, listener }, signal),

    async exec(pod, argv, limits) {
      await pin.verify();
      return await exec(transport, pod, { argv, ...limits });
    },

    async discover(fresh) {
      const now = performance.now();
      if (discovered === null || fresh === true || now - discovered.at > DISCOVERY_LIFETIME_MS) {
        const resources = discover(transport);
        discovered = { at: now, resources };
        resources.catch(() => (discovered = null));
      }
      return await discovered.resources;
    },
  };
}
