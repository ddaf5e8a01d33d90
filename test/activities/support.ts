import { ApplicationFailure } from '@temporalio/common';
import { MockActivityEnvironment } from '@temporalio/testing';
import { createActivities, type Activities } from '../../src/activities/index.js';
import type { Place } from '../../src/activities/boundary.js';
import type { SwapProofs } from '../../src/activities/crossing.js';
import type { RoleReading } from '../../src/activities/inspection.js';
import type { Plan } from '../../src/domain/plan.js';
import { claimed, type OwnershipRecord } from '../../src/domain/ownership.js';
import { createWorld, type World, type WorldOptions } from '../../src/drivers/memory/world.js';
import { aPlan } from '../harness/builders.js';
import { quietLogger } from '../harness/quiet-logger.js';

/** Activities called one by one in a memory world, each in its own mocked attempt. */
export class Bench {
  readonly world: World;
  readonly activities: Activities;
  readonly plan: Plan;
  private calls = 0;

  constructor(options: WorldOptions = {}) {
    this.world = createWorld(options);
    this.activities = createActivities(this.world.ports);
    this.plan = aPlan(this.world);
  }

  /** Runs an activity as Temporal would; `env` to cancel it in the middle. */
  run<R>(act: (activities: Activities) => Promise<R>, env = this.attempt()): Promise<R> {
    return env.run(() => act(this.activities)) as Promise<R>;
  }

  attempt(attempt = 1): MockActivityEnvironment {
    return new MockActivityEnvironment({ attempt, heartbeatTimeoutMs: 5_000 }, { logger: quietLogger });
  }

  place(step: string, of: Partial<Place> = {}): Place {
    this.calls += 1;
    return { site: 'east', plan: this.plan, step, attempt: this.calls, ...of };
  }

  record(site: string): OwnershipRecord {
    const record = this.world.site(site).ownership.get('orders');
    if (record === undefined) throw new Error(`${site} has no record.`);
    return record;
  }

  setRecord(site: string, of: Partial<OwnershipRecord>): void {
    const record = this.record(site);
    this.world.happens('a test', () => void this.world.site(site).ownership.set('orders', { ...record, ...of }));
  }

  /** Both records are this run's. */
  claim(): void {
    for (const site of ['east', 'west']) this.setRecord(site, claimed(this.record(site), { run: this.plan.run, procedure: this.plan.procedure, writer: 'east' }));
  }

  /** Up to the line: staged, fenced, stopped, drained, confirmed. Returns the proofs. */
  async toTheLine(): Promise<SwapProofs> {
    this.claim();
    const snapshot = await this.run((a) => a.ensureCaptured(this.place('capture-application')));
    await this.run((a) => a.ensureSnapshotCopied({ ...this.place('copy-snapshot'), snapshot }));
    await this.run((a) => a.ensureStaged({ ...this.place('stage-target', { site: 'west' }), snapshot }));
    await this.run((a) => a.ensureFenceInstalled(this.place('stage-target')));
    await this.run((a) => a.ensureFrozen(this.place('freeze-controllers')));
    const offline = await this.run((a) => a.ensureOffline(this.place('offline-source')));
    const drained = await this.run((a) => a.awaitDrained({ ...this.place('drain-replication'), offline }));
    const { proof } = await this.run((a) => a.confirmSnapshot({ ...this.place('confirm-snapshot'), snapshot }));
    if (proof === null) throw new Error('The snapshot was not confirmed.');
    return { offline, drained, confirmed: proof };
  }

  roleAt(site: string): Promise<RoleReading> {
    return this.run((a) => a.observeRole({ site, plan: this.plan }));
  }
}

/** What a call failed with, as Temporal would see it. */
export async function failureOf(call: Promise<unknown>): Promise<{ code: string; retryable: boolean; category: string | null; message: string }> {
  try {
    await call;
  } catch (error) {
    if (!(error instanceof ApplicationFailure)) return { code: error instanceof Error ? error.name : 'unknown', retryable: false, category: null, message: String(error) };
    return { code: error.type ?? '', retryable: error.nonRetryable !== true, category: error.category ?? null, message: error.message };
  }
  return { code: 'none', retryable: false, category: null, message: '' };
}
