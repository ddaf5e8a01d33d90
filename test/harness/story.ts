import { createActivities } from '../../src/activities/index.js';
import { createWorld, type World, type WorldOptions } from '../../src/drivers/memory/world.js';
import type { Assessment, RecoverRequest } from '../../src/domain/recovery.js';
import type { RunOptions } from '../../src/domain/request.js';
import type { Decision, DecisionKind, Status } from '../../src/domain/status.js';
import type { RawObject } from '../../src/ports/objects.js';
import type { Implementation } from './activity-run.js';
import { aRequest } from './builders.js';
import { Conductor } from './conductor.js';
import { mistyped } from './mistyped.js';
import { VirtualTime } from './virtual-time.js';

/** A migration of `orders` from east to west in the memory world, told with the real workflow and the real activities. */
export class Story {
  readonly time = new VirtualTime();
  readonly world: World;
  conductor: Conductor;
  private readonly activities: Readonly<Record<string, Implementation>>;
  private decisions = 0;
  private recoveries = 0;

  constructor(options: Omit<WorldOptions, 'clock'> = {}) {
    this.world = createWorld({ ...options, clock: this.time });
    this.activities = createActivities(this.world.ports) as unknown as Readonly<Record<string, Implementation>>;
    this.conductor = new Conductor({ time: this.time, activities: this.activities });
  }

  /** Starts the migration and lets it go as far as it can without a person. A client writes before and after each call of a port. */
  async migrate(of: { target?: string; run?: string; sites?: readonly string[]; options?: Partial<RunOptions>; overrides?: Readonly<Record<string, string>> } = {}, until?: { until: () => boolean }): Promise<'done' | 'blocked' | 'stopped'> {
    this.world.writeSomewhere();
    await this.conductor.start('plannedMigration', [aRequest(this.world, of)], { workflowId: 'changeover/orders' });
    return this.conductor.run(until);
  }

  /** Another run in the same world, after the one before is over. */
  async migrateAgain(of: { target?: string; run?: string; options?: Partial<RunOptions> } = {}): Promise<'done' | 'blocked' | 'stopped'> {
    await this.conductor.close();
    this.conductor = new Conductor({ time: this.time, activities: this.activities });
    return this.migrate({ run: 'orders-2', ...of });
  }

  /**
   * At the nth call of all the workflow is gone, with its history: nothing it had under way says anything any more, and the call itself
   * stands still before its effect. Returns how to let it go on, late.
   */
  cutAt(n: number): { readonly isCut: () => boolean; readonly wake: () => void } {
    let cut = false;
    let wake = () => {};
    this.world.on(n, () => {
      cut = true;
      return new Promise<void>((resolve) => (wake = resolve));
    });
    return { isCut: () => cut, wake: () => wake() };
  }

  /** Forgets the workflow as a lost Temporal database does. */
  async forget(): Promise<void> {
    await this.conductor.close();
    this.conductor = new Conductor({ time: this.time, activities: this.activities });
  }

  /** What stands of a lost run, as a person is shown it. */
  async assess(): Promise<Assessment> {
    await this.forget();
    await this.conductor.start('assess', [{ unit: this.unit(), sites: ['east', 'west'] }], { workflowId: 'changeover-look/orders' });
    await this.conductor.run();
    const assessment = this.conductor.result<Assessment>();
    await this.forget();
    return assessment;
  }

  /** Recovers the run and lets it go as far as it can without a person. */
  async recover(of: Partial<RecoverRequest> = {}, until?: { until: () => boolean }): Promise<'done' | 'blocked' | 'stopped'> {
    const request: RecoverRequest = { unit: this.unit(), sites: ['east', 'west'], run: 'orders-1', way: 'recommended', reason: 'its workflow is gone', requestedBy: { name: 'ann', verified: true, via: 'library' }, requestedAt: new Date(this.time.now()).toISOString(), ...of };
    await this.forget();
    this.recoveries += 1;
    // Temporal gives every execution an id of its own; entries of the record are told apart by it.
    await this.conductor.start('recover', [request], { workflowId: 'changeover/orders', runId: `recovery${this.recoveries}` });
    return this.conductor.run(until);
  }

  private unit() {
    return aRequest(this.world).unit;
  }

  /** Something happens once, while the nth call (of this kind, or of any) is under way. */
  when(call: string | number, act: () => void): void {
    let armed = true;
    const once = () => {
      if (!armed) return;
      armed = false;
      act();
    };
    this.world.on(call, once);
  }

  /** Every check without a run, and what it shows. */
  async preflight(): Promise<Status> {
    await this.forget();
    await this.conductor.start('check', [aRequest(this.world, { run: 'check-1' })], { workflowId: 'changeover-check/check-1' });
    await this.conductor.run();
    return this.conductor.result<Status>();
  }

  /** The workflow that pays what the run owes, once the run has started it. */
  async payDebts(): Promise<void> {
    const [child] = this.conductor.story.children;
    if (child === undefined) throw new Error('The run owes nothing.');
    await this.conductor.close();
    this.conductor = new Conductor({ time: this.time, activities: this.activities });
    await this.conductor.start(child.type, child.args, { workflowId: child.id });
  }

  async goOn(): Promise<'done' | 'blocked' | 'stopped'> {
    return this.conductor.run();
  }

  /** What the run says of itself. Every way on that it shows must be one that can be typed as it stands there. */
  async status(): Promise<Status> {
    const status = await this.conductor.query<Status>('status');
    const faults = mistyped(status, this.time.now());
    if (faults.length > 0) throw new Error(`What is shown cannot be typed: ${faults.join(' ')}`);
    return status;
  }

  /** A person decides; returns what the update answered. */
  async decide(kind: DecisionKind, of: Partial<Decision> = {}) {
    const decision = this.decision(kind, of);
    return this.conductor.update('decide', [decision], decision.id);
  }

  /** Any client of Temporal sends an update of its own making. */
  async send(raw: unknown) {
    this.decisions += 1;
    return this.conductor.update('decide', raw === undefined ? [] : [raw], `u${this.decisions}`);
  }

  /** A decision of ours, while a call is under way. */
  decideSoon(kind: DecisionKind): void {
    const decision = this.decision(kind, {});
    this.conductor.updateSoon('decide', [decision], decision.id);
  }

  private decision(kind: DecisionKind, of: Partial<Decision>): Decision {
    this.decisions += 1;
    return { id: `d${this.decisions}`, kind, step: null, by: 'ann', verified: true, via: 'library', reason: 'a test', statement: null, ...of };
  }

  /** Someone else changes the application's configuration at the source. */
  editConfigMap(key: string, value: string): void {
    this.world.happens('an edit', () => {
      (this.configMap('east')['data'] as Record<string, string>)[key] = value;
    });
  }

  configMapAt(site: string): Record<string, string> {
    return this.configMap(site)['data'] as Record<string, string>;
  }

  private configMap(site: string): RawObject {
    const found = [...this.world.site(site).objects.values()].find((o) => o.kind === 'ConfigMap' && o.metadata.name === 'orders-config');
    if (found === undefined) throw new Error(`There is no ConfigMap at ${site}.`);
    return found;
  }

  /** How the workflow closed: `completed`, `failed: <code>` or `cancelled`. */
  closed(): string {
    const { outcome } = this.conductor;
    if (outcome.kind !== 'failed') return outcome.kind;
    return `failed: ${'type' in outcome.error ? String(outcome.error.type) : outcome.error.name}`;
  }

  /** Everything that is not as the law wants it, with the site that must serve. */
  faults(serves: string, away: readonly string[] = []): readonly string[] {
    const write = this.world.writeSomewhere();
    const unserved = write.acknowledged ? [] : [`A client cannot write: ${write.why}`];
    return [...this.world.law(), ...this.world.atRest({ serves, away }), ...unserved];
  }

  async end(): Promise<void> {
    await this.conductor.close();
  }
}

/** Runs a test with a story and ends it. */
export async function told(options: Omit<WorldOptions, 'clock'>, test: (story: Story) => Promise<void>): Promise<void> {
  const story = new Story(options);
  try {
    await test(story);
  } finally {
    await story.end();
  }
}
