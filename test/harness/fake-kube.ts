import { ChangeoverError } from '../../src/domain/errors.js';
import type { InformerListener, Kube, Query, ServedResource, WriteOptions } from '../../src/drivers/kubernetes/kube.js';
import type { CredentialLife } from '../../src/domain/credential-life.js';
import type { RawObject } from '../../src/ports/objects.js';
import { fakeResources } from './fake-resources.js';

type Fields = Record<string, unknown>;

/** What a controller would do: called after each change with the object as it stands; may change the world again. */
export type Reaction = (object: RawObject, kube: FakeKube) => void;

interface Place {
  readonly collection: string;
  readonly name: string | null;
}

function isMap(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** RFC 7386. */
function merged(target: unknown, patch: unknown): unknown {
  if (!isMap(patch)) return patch;
  const result: Fields = isMap(target) ? { ...target } : {};
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete result[key];
    else result[key] = merged(result[key], value);
  }
  return result;
}

/** An API server in memory: enough of its behaviour for unit tests of drivers. Lists are unversioned, apply merges, watches are told of each change. */
export class FakeKube implements Kube {
  readonly calls: string[] = [];
  readonly reactions: Reaction[] = [];
  /** Called before each change with `VERB path`; what it throws, the call throws. */
  deny: (call: string, body: RawObject) => void = () => undefined;
  private readonly objects = new Map<string, RawObject>();
  private readonly listeners = new Set<() => void>();
  private readonly informers = new Map<InformerListener, string>();
  private version = 0;

  constructor(
    readonly site: string,
    readonly served: readonly ServedResource[] = fakeResources,
  ) {}

  async clusterUid(): Promise<string> {
    return `uid-of-${this.site}`;
  }
  pin(): void {}
  async serverVersion(): Promise<string> {
    return 'v1.35.4';
  }
  async credentialLives(): Promise<readonly CredentialLife[]> {
    return [];
  }
  async discover(): Promise<readonly ServedResource[]> {
    return this.served;
  }
  async exec(): Promise<never> {
    throw new ChangeoverError('Bug', 'The fake runs nothing.');
  }

  private place(path: string): Place {
    const parts = path.split('/').slice(1);
    const rest = parts[0] === 'api' ? parts.slice(2) : parts.slice(3);
    const inNamespace = rest[0] === 'namespaces' && rest.length >= 3;
    const name = (inNamespace ? rest[3] : rest[1]) ?? null;
    return { collection: name === null ? path : path.slice(0, path.lastIndexOf('/')), name: name === null ? null : decodeURIComponent(name) };
  }

  private find(path: string): RawObject {
    const found = this.objects.get(path);
    if (found === undefined) throw new ChangeoverError('NotFound', `GET ${path}: not found`);
    return found;
  }

  /** Puts an object in its place as its controller or a person would; returns what stands then. */
  put(object: RawObject): RawObject {
    const resource = this.served.find((served) => served.kind === object.kind && (served.group === '' ? served.version : `${served.group}/${served.version}`) === object.apiVersion);
    if (resource === undefined) throw new ChangeoverError('Bug', `The fake does not serve ${object.apiVersion}/${object.kind}.`);
    const root = resource.group === '' ? `/api/${resource.version}` : `/apis/${resource.group}/${resource.version}`;
    const scope = resource.namespaced ? `/namespaces/${object.metadata.namespace ?? 'default'}` : '';
    return this.store(`${root}${scope}/${resource.plural}/${object.metadata.name}`, object);
  }

  private store(path: string, object: RawObject): RawObject {
    const old = this.objects.get(path);
    this.version += 1;
    const specChanged = JSON.stringify(old?.['spec']) !== JSON.stringify(object['spec']);
    const generation = Number(old?.metadata['generation'] ?? 0) + (specChanged || old === undefined ? 1 : 0);
    const uid = old?.metadata['uid'] ?? object.metadata['uid'] ?? `uid-${this.version}`;
    const stored: RawObject = { ...object, metadata: { ...object.metadata, uid, generation, resourceVersion: String(this.version) } };
    this.objects.set(path, stored);
    for (const [listener, collection] of this.informers) if (this.place(path).collection === collection) listener.changed(old === undefined ? 'added' : 'modified', structuredClone(stored));
    for (const reaction of this.reactions) reaction(structuredClone(stored), this);
    this.tell();
    return structuredClone(this.objects.get(path) ?? stored);
  }

  /** What stands at a path, without waiting. */
  peek(path: string): RawObject | undefined {
    return structuredClone(this.objects.get(path));
  }

  /** Takes an object away without asking. */
  drop(path: string): void {
    const old = this.objects.get(path);
    this.objects.delete(path);
    if (old !== undefined) for (const [listener, collection] of this.informers) if (this.place(path).collection === collection) listener.changed('deleted', old);
    this.tell();
  }

  private tell(): void {
    for (const listener of this.listeners) listener();
  }

  private write(verb: string, path: string, options: { body: object; next: (old: RawObject | undefined) => RawObject; write: WriteOptions | undefined }): RawObject {
    const call = `${verb}${options.write?.dryRun === true ? '?dryRun' : ''} ${path}`;
    this.calls.push(call);
    this.deny(call, options.body as RawObject);
    const old = this.objects.get(path);
    const wanted = (options.body as Partial<RawObject>).metadata?.['resourceVersion'];
    if (wanted !== undefined && wanted !== old?.metadata['resourceVersion']) throw new ChangeoverError('Conflict', `${path}: the object has been modified`);
    const next = options.next(old);
    return options.write?.dryRun === true ? next : this.store(path, next);
  }

  async get(path: string): Promise<RawObject | null> {
    const found = this.objects.get(path);
    return found === undefined ? null : structuredClone(found);
  }

  async list(path: string, query: Query = {}): Promise<readonly RawObject[]> {
    const requirements = (query['labelSelector'] ?? '').split(',').filter((part) => part !== '');
    const all = [...this.objects].filter(([key]) => this.place(key).collection === path).map(([, object]) => structuredClone(object));
    return all.filter((object) =>
      requirements.every((requirement) => {
        const [key = '', value] = requirement.split('=');
        const label = object.metadata.labels?.[key];
        return value === undefined ? label !== undefined : label === value;
      }),
    );
  }

  async create(path: string, body: object, write?: WriteOptions): Promise<RawObject> {
    const full = `${path}/${(body as RawObject).metadata.name}`;
    return this.write('POST', full, { body, write, next: (old) => {
      if (old !== undefined) throw new ChangeoverError('Conflict', `${full} already exists`);
      return body as RawObject;
    } });
  }

  async apply(path: string, body: object, write?: WriteOptions): Promise<RawObject> {
    if (path.endsWith('/status')) return this.applyStatus(path, body as RawObject);
    return this.write('APPLY', path, { body, write, next: (old) => merged(old, structuredClone(body)) as RawObject });
  }

  /** Lists in it are the applier's as a whole; an object that is gone, or is another by now, is not made. */
  private applyStatus(path: string, body: RawObject): RawObject {
    const call = `APPLY ${path}`;
    this.calls.push(call);
    this.deny(call, body);
    const old = this.find(path.slice(0, -'/status'.length));
    if (body.metadata['uid'] !== undefined && body.metadata['uid'] !== old.metadata['uid']) throw new ChangeoverError('Conflict', `${path}: another uid`);
    return this.store(path.slice(0, -'/status'.length), { ...old, status: merged(old['status'], body['status']) });
  }

  async replace(path: string, body: object, write?: WriteOptions): Promise<RawObject> {
    const { status } = this.find(path);
    return this.write('PUT', path, { body, write, next: () => ({ ...(body as RawObject), ...(status === undefined ? {} : { status }) }) });
  }

  async patch(path: string, body: object, type: 'merge' | 'json' | 'strategic', write?: WriteOptions): Promise<RawObject> {
    if (type !== 'merge') throw new ChangeoverError('Bug', 'The fake knows merge patches only.');
    this.find(path);
    return this.write('PATCH', path, { body, write, next: (old) => merged(old, structuredClone(body)) as RawObject });
  }

  async remove(path: string, options: { uid?: string; resourceVersion?: string } = {}): Promise<void> {
    this.calls.push(`DELETE ${path}`);
    const found = this.objects.get(path);
    if (found === undefined) return;
    if (options.uid !== undefined && options.uid !== found.metadata['uid']) throw new ChangeoverError('Conflict', `${path}: another uid`);
    if (options.resourceVersion !== undefined && options.resourceVersion !== found.metadata['resourceVersion']) throw new ChangeoverError('Conflict', `${path}: another version`);
    this.drop(path);
  }

  async watchUntil<T>(path: string, query: Query, options: { signal: AbortSignal; seen: (objects: ReadonlyMap<string, RawObject>) => T | undefined }): Promise<T> {
    const look = async (): Promise<T | undefined> => options.seen(new Map((await this.list(path, query)).map((object) => [`${object.metadata.namespace ?? ''}/${object.metadata.name}`, object])));
    for (;;) {
      options.signal.throwIfAborted();
      const changed = new Promise<void>((resolve) => {
        const done = (): void => {
          this.listeners.delete(done);
          options.signal.removeEventListener('abort', done);
          resolve();
        };
        this.listeners.add(done);
        options.signal.addEventListener('abort', done, { once: true });
      });
      const value = await look();
      if (value !== undefined) return value;
      await changed;
    }
  }

  async inform(path: string, query: Query, { signal, listener }: { signal: AbortSignal; listener: InformerListener }): Promise<void> {
    listener.listed(await this.list(path, query));
    this.informers.set(listener, path);
    await new Promise<void>((resolve) => {
      if (signal.aborted) resolve();
      signal.addEventListener('abort', () => resolve(), { once: true });
    });
    this.informers.delete(listener);
  }

  /** What the action changes is told to no informer. */
  unheard(action: () => void): void {
    const heard = [...this.informers];
    this.informers.clear();
    action();
    for (const [listener, collection] of heard) this.informers.set(listener, collection);
  }

  /** As after a 410: all informers of a collection are told everything again. */
  async relist(path: string): Promise<void> {
    const objects = await this.list(path);
    for (const [listener, collection] of this.informers) if (collection === path) listener.listed(objects);
  }
}
