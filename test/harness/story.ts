import { createActivities } from '../../src/activities/index.js';
import { createWorld, type World, type WorldOptions } from '../../src/drivers/memory/world.js';
import type { RunOptions } from '../../src/domain/request.js';
import type { Decision, DecisionKind, Status } from '../../src/domain/status.js';
import type { RawObject } from '../../src/ports/objects.js';
import type { Implementation } from './activity-run.js';
import { aRequest } from './builders.js';
import { Conductor } from './conductor.js';
import { VirtualTime } from './virtual-time.js';

/** A migration of `orders` from east to west in the memory world, told with the real workflow and the real activities. */
export class Story {
  readonly time = new VirtualTime();
  readonly world: World;
  conductor: Conductor;
  private readonly activities: Readonly<Record<string, Implementation>>;
  private decisions = 0;

  constructor(options: Omit<WorldOptions, 'clock'> = {}) {
    this.world = createWorld({ ...options, clock: this.time });
    this.activities = createActivities(this.world.ports) as unknown as Readonly<Record<string, Implementation>>;
    this.conductor = new Conductor({ time: this.time, activities: this.activities });
  }

  /** Starts the migration and lets it go as far as it can without a person. A client writes before and after each call of a port. */
  async migrate(of: { target?: string; run?: string; sites?: readonly string[]; options?: Partial<RunOptions> } = {}): Promise<'done' | 'blocked' | 'stopped'> {
    this.world.writeSomewhere();
    await this.conductor.start('plannedMigration', [aRequest(this.world, of)], { workflowId: 'changeover/orders' });
    return this.conductor.run();
  }

  /** Another run in the same world, after the one before is over. */
  async migrateAgain(of: { target?: string; run?: string; options?: Partial<RunOptions> } = {}): Promise<'done' | 'blocked' | 'stopped'> {
    await this.conductor.close();
    this.conductor = new Conductor({ time: this.time, activities: this.activities });
    return this.migrate({ run: 'orders-2', ...of });
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

  status(): Promise<Status> {
    return this.conductor.query<Status>('status');
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
