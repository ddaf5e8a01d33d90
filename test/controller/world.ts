import { runController } from '../../src/controller/controller.js';
import type { Verbs } from '../../src/controller/verbs.js';
import type { NewestRun } from '../../src/client/open-run.js';
import { ChangeoverError } from '../../src/domain/errors.js';
import type { OwnershipRecord } from '../../src/domain/ownership.js';
import { defaultOptions, type MigrationRequest } from '../../src/domain/request.js';
import type { Decision, DecisionRecord, Status } from '../../src/domain/status.js';
import type { Condition } from '../../src/domain/watched-plan.js';
import { createPlanSite } from '../../src/drivers/infoscale/plan-site.js';
import { createEvents } from '../../src/drivers/kubernetes/events.js';
import type { ServedResource } from '../../src/drivers/kubernetes/kube.js';
import { recordText } from '../../src/drivers/kubernetes/ownership-record.js';
import type { RawObject } from '../../src/ports/objects.js';
import { aStatus } from '../cli/support.js';
import { FakeKube } from '../harness/fake-kube.js';
import { fakeResources } from '../harness/fake-resources.js';

export type Site = 'east' | 'west';

export const PATH = '/apis/infoscale.veritas.com/v1/namespaces/infoscale-vtas/disasterrecoveryplans/orders';
const COLLECTION = PATH.slice(0, PATH.lastIndexOf('/'));
const drplans: ServedResource = { group: 'infoscale.veritas.com', version: 'v1', kind: 'DisasterRecoveryPlan', plural: 'disasterrecoveryplans', namespaced: true, verbs: ['get'], subresources: ['status'], preferred: true };
const leases: ServedResource = { ...drplans, group: 'coordination.k8s.io', kind: 'Lease', plural: 'leases' };

export interface Patch {
  readonly primary?: string;
  readonly manager?: string;
  readonly operation?: 'Apply' | 'Update';
  readonly annotations?: Readonly<Record<string, string>>;
}

/** Two API servers in memory, a Temporal that remembers what it was asked for, and a controller that leads at once. */
export class ControllerWorld implements Verbs {
  readonly kubes = { east: new FakeKube('east', [...fakeResources, drplans, leases]), west: new FakeKube('west', [...fakeResources, drplans, leases]) };
  readonly requests: MigrationRequest[] = [];
  readonly decisions: Decision[] = [];
  readonly lines: string[] = [];
  /** What is thrown instead of an answer, next first. */
  readonly startFailures: Error[] = [];
  decideFailure: Error | null = null;
  adoption: () => Promise<{ unit: string; writer: string; members: readonly string[]; epoch: number }> = () => Promise.reject(new ChangeoverError('Refused', 'Not adopted.', { reasons: ['The application runs on no site.'] }));
  private newest: NewestRun | null = null;
  private readonly statuses: Status[] = [];
  private wake: () => void = () => {};
  private readonly running: { readonly stop: AbortController; readonly done: Promise<void> }[] = [];

  constructor() {
    for (const site of ['east', 'west'] as const) {
      this.write(site, {});
      this.own(site, { writer: 'east', run: null });
    }
  }

  /** Starts one more controller over this world. */
  begin(): this {
    const stop = new AbortController();
    const sites = Object.values(this.kubes).map((kube) => createPlanSite(kube, { namespace: 'infoscale-vtas', events: createEvents(kube, { instance: 'test' }) }));
    const done = runController(
      {
        sites,
        leadership: () => ({
          hold: async (changed, signal) => {
            changed(true);
            await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
          },
        }),
        verbs: this,
        settings: { sites: ['east', 'west'], defaults: defaultOptions, approvers: [], approvals: 1, approvalExpiresSeconds: 60 },
        adopt: true,
        log: (level, message) => void this.lines.push(`${level} ${message}`),
      },
      stop.signal,
    );
    this.running.push({ stop, done });
    return this;
  }

  async end(): Promise<void> {
    for (const { stop } of this.running) stop.abort();
    this.wake();
    await Promise.all(this.running.splice(0).map(({ done }) => done));
  }

  /** A person, a tool or a run writes the plan. */
  write(site: Site, { primary = 'east', manager = 'kubectl-patch', operation = 'Update', annotations = {} }: Patch, rest: Partial<{ uid: string; status: object }> = {}): RawObject {
    const old = this.kubes[site].peek(PATH);
    const managedFields = [
      { manager, operation, time: new Date().toISOString(), fieldsV1: { 'f:spec': { 'f:primaryCluster': {} }, 'f:metadata': { 'f:annotations': Object.fromEntries(Object.keys(annotations).map((key) => [`f:${key}`, {}])) } } },
    ];
    return this.kubes[site].put({
      apiVersion: 'infoscale.veritas.com/v1',
      kind: 'DisasterRecoveryPlan',
      metadata: { name: 'orders', namespace: 'infoscale-vtas', ...(rest.uid === undefined ? {} : { uid: rest.uid }), annotations: { ...old?.metadata.annotations, ...annotations }, managedFields },
      spec: { primaryCluster: primary, selector: { namespace: 'orders' } },
      status: rest.status ?? old?.['status'] ?? { primaryCluster: 'east' },
    });
  }

  own(site: Site, of: Partial<OwnershipRecord>): void {
    const record: OwnershipRecord = { unit: 'orders', epoch: 1, writer: 'east', run: null, procedure: null, phase: 'free', turns: {}, clusterUid: `uid-of-${site}`, ...of };
    this.kubes[site].put({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'ownership-orders', namespace: 'changeover-system' }, data: { record: recordText(record) } });
  }

  /** The open run says something new. */
  say(of: Partial<Status>): void {
    this.statuses.push(aStatus({ run: this.newest?.run ?? 'orders-1', ...of }));
    if (of.endedAt !== undefined && of.endedAt !== null && this.newest !== null) this.newest = { ...this.newest, open: false };
    this.wake();
  }

  /** A run that somebody else started. */
  opened(run: string, target = 'west'): void {
    this.newest = { run, target, open: true };
  }

  /** What happens meanwhile is told to no watch. */
  unheard(site: Site, action: () => void): void {
    this.kubes[site].unheard(action);
  }

  relist(site: Site): Promise<void> {
    return this.kubes[site].relist(COLLECTION);
  }

  conditions(site: Site): Readonly<Record<string, Condition>> {
    const { conditions = [] } = (this.kubes[site].peek(PATH)?.['status'] ?? {}) as { conditions?: readonly Condition[] };
    return Object.fromEntries(conditions.map((one) => [one.type, one]));
  }

  annotations(site: Site): Readonly<Record<string, string>> {
    return this.kubes[site].peek(PATH)?.metadata.annotations ?? {};
  }

  async events(site: Site): Promise<readonly string[]> {
    return (await this.kubes[site].list('/api/v1/namespaces/infoscale-vtas/events')).map((event) => `${String(event['reason'])}: ${String(event['message'])}`);
  }

  /** Changes that were made through the API server of a site, reads left out. */
  writes(site: Site): readonly string[] {
    return this.kubes[site].calls;
  }

  /** Looks again with each turn of the loop until it holds. */
  async until(what: string, holds: () => boolean | Promise<boolean>): Promise<void> {
    const deadline = performance.now() + 4_000;
    while (!(await holds())) {
      if (performance.now() > deadline) throw new Error(`${what}: not within 4 s; the controller says:\n${this.lines.join('\n')}`);
      await new Promise((resolve) => setImmediate(resolve));
    }
  }

  async newestRun(): Promise<NewestRun | null> {
    return this.newest;
  }

  async start(request: MigrationRequest) {
    const failure = this.startFailures.shift();
    if (failure !== undefined) throw failure;
    const found = this.newest?.open === true ? this.newest.run : null;
    if (found === null) {
      this.requests.push(request);
      this.newest = { run: request.run, target: request.target, open: true };
    }
    return { run: found ?? request.run, workflowId: 'changeover/orders', temporalRunId: 't', found: found !== null };
  }

  async adopt() {
    return this.adoption();
  }

  async decide(_unit: string, decision: Decision): Promise<DecisionRecord> {
    if (this.decideFailure !== null) throw this.decideFailure;
    this.decisions.push(decision);
    const { statement: _, ...record } = decision;
    return { ...record, at: '2026-03-01T03:00:00.000Z' };
  }

  async status(): Promise<Status> {
    const status = this.statuses.at(-1);
    if (status === undefined) throw new ChangeoverError('NotFound', 'There is no run of orders.');
    return status;
  }

  async *follow(_unit: string, { signal }: { signal: AbortSignal }): AsyncGenerator<Status> {
    for (let next = 0; !signal.aborted; ) {
      const status = this.statuses[next];
      if (status === undefined) {
        await new Promise<void>((resolve) => {
          this.wake = resolve;
          signal.addEventListener('abort', () => resolve(), { once: true });
        });
        continue;
      }
      next += 1;
      yield status;
      if (status.endedAt !== null) return;
    }
  }
}

