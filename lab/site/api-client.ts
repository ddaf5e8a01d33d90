import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Pool } from 'undici';
import { sitePorts, type SiteSettings } from '../settings.js';
import { waitFor } from '../process/wait.js';
import { pkiFolder } from './kubeconfig.js';

/** A Kubernetes object as it travels: raw JSON, nothing dropped. */
export interface KubernetesObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string; readonly [key: string]: unknown };
  readonly [key: string]: unknown;
}

interface Resource {
  readonly name: string;
  readonly kind: string;
  readonly namespaced: boolean;
}

/** An answer that is not 2xx, with the API server's own message. */
export class ApiError extends Error {
  constructor(readonly status: number, what: string, message: string) {
    super(`${what}: ${status} ${message}`);
  }
}

/** The lab's own way to a site's API server, as its admin. The product has another. */
export class ApiClient {
  readonly #pool: Pool;
  readonly #resources = new Map<string, readonly Resource[]>();

  /** @param as a user whom the admin speaks for (impersonation). */
  constructor(site: SiteSettings, private readonly as?: string) {
    const pki = (file: string): Buffer => readFileSync(join(pkiFolder(site), file));
    this.#pool = new Pool(`https://127.0.0.1:${sitePorts(site).apiserver}`, {
      connections: 4, connect: { ca: pki('ca.crt'), cert: pki('admin.crt'), key: pki('admin.key') },
    });
  }

  /** One request; the parsed body of the answer. @throws ApiError for anything but 2xx. */
  async request(method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE', path: string, body?: { readonly value: unknown; readonly type?: string }): Promise<unknown> {
    const response = await this.#pool.request({
      method, path,
      headers: { accept: 'application/json', ...(this.as === undefined ? {} : { 'impersonate-user': this.as }), ...(body === undefined ? {} : { 'content-type': body.type ?? 'application/json' }) },
      ...(body === undefined ? {} : { body: JSON.stringify(body.value) }),
      headersTimeout: 30_000,
    });
    const text = await response.body.text();
    if (response.statusCode >= 300) throw new ApiError(response.statusCode, `${method} ${path}`, messageOf(text));
    return text.startsWith('{') ? JSON.parse(text) : text;
  }

  /** Does the API server say it is ready? */
  async isReady(): Promise<boolean> {
    return (await this.request('GET', '/readyz')) === 'ok';
  }

  /** Server-side apply with the lab's field manager; `status` applies the status subresource instead. */
  async apply(object: KubernetesObject, part: 'object' | 'status' = 'object'): Promise<KubernetesObject> {
    const path = `${await this.pathOf(object)}${part === 'status' ? '/status' : ''}?fieldManager=changeover-lab&force=true`;
    return (await this.request('PATCH', path, { value: object, type: 'application/apply-patch+yaml' })) as KubernetesObject;
  }

  /**
   * Applies objects in the given order. A CustomResourceDefinition is waited for until it is served,
   * since the next object may be one of its kind.
   */
  async applyAll(objects: readonly KubernetesObject[]): Promise<void> {
    for (const object of objects) {
      await this.apply(object);
      if (object.kind === 'CustomResourceDefinition') await this.#awaitEstablished(object);
    }
  }

  /** The object as it is now; undefined when there is none. */
  async read(object: KubernetesObject): Promise<KubernetesObject | undefined> {
    try {
      return (await this.request('GET', await this.pathOf(object))) as KubernetesObject;
    } catch (error) {
      if (error instanceof ApiError && error.status === 404) return undefined;
      throw error;
    }
  }

  /** The URL path of an object, its resource name looked up in the API server's discovery. */
  async pathOf(object: KubernetesObject): Promise<string> {
    const group = object.apiVersion.includes('/') ? `/apis/${object.apiVersion}` : `/api/${object.apiVersion}`;
    const find = (): Resource | undefined => this.#resources.get(group)?.find((one) => one.kind === object.kind && !one.name.includes('/'));
    if (find() === undefined) {
      const list = (await this.request('GET', group)) as { resources: Resource[] };
      this.#resources.set(group, list.resources);
    }
    const resource = find();
    if (resource === undefined) throw new Error(`the API server serves no ${object.kind} in ${object.apiVersion}`);
    const namespace = resource.namespaced ? `/namespaces/${object.metadata.namespace ?? 'default'}` : '';
    return `${group}${namespace}/${resource.name}/${encodeURIComponent(object.metadata.name)}`;
  }

  async close(): Promise<void> {
    await this.#pool.close();
  }

  async #awaitEstablished(definition: KubernetesObject): Promise<void> {
    await waitFor(async () => {
      const now = await this.read(definition) as { status?: { conditions?: { type: string; status: string }[] } } | undefined;
      return now?.status?.conditions?.some((condition) => condition.type === 'Established' && condition.status === 'True') ?? false;
    }, { what: `CRD ${definition.metadata.name} to be served`, deadlineMs: 15_000 });
  }
}

function messageOf(text: string): string {
  try {
    return (JSON.parse(text) as { message?: string }).message ?? text;
  } catch {
    return text.trim();
  }
}
