import { faultLink } from '../fault.js';
import type { LinkMode } from '../links/fault-proxy.js';
import { waitFor } from '../process/wait.js';
import { withApi } from '../scenario/application.js';
import type { Scenario } from '../scenario/scenario.js';
import type { ToolResult } from '../scenario/tool.js';
import { historyEvents, readStatus } from '../../src/client/status.js';
import { connect } from '../../src/client/connect.js';
import { temporalPorts, type SiteName } from '../settings.js';
import { askVvrd } from '../site/vvrd-client.js';
import { Questions } from './questions.js';

/** What a status tells here; the product's `status -o json` says more. */
export interface SeenStatus {
  readonly run: string;
  readonly phase: string;
  readonly procedure: string;
  readonly headline: string;
  readonly line: 'before' | 'crossing' | 'after';
  readonly source: string | null;
  readonly target: string;
  readonly steps: readonly { readonly name: string; readonly state: string; readonly startedAt: string; readonly endedAt: string | null }[];
  readonly held: { readonly step: string; readonly code: string; readonly error: string; readonly choices: readonly { readonly choice: string }[] } | null;
  readonly outage: { readonly startedAt: string; readonly endedAt: string | null; readonly budgetMs: number } | null;
  readonly decisions: readonly { readonly kind: string; readonly at: string }[];
  readonly debts: readonly string[];
  readonly endedAt: string | null;
}

interface StageOptions {
  readonly scenario: Scenario;
  readonly source: SiteName;
  readonly target: SiteName;
  readonly say: (line: string) => void;
  readonly signal: AbortSignal;
}

/** Longest wait for anything that a run does on a busy machine. */
const PATIENCE_MS = 150_000;

/** A run that is held longer than this, where nobody in the play decides, does not go on by itself. */
const REST_MS = 20_000;

/** Where a fault is played: a lab in which the application runs at `source`, and what is done there. */
export class Stage {
  readonly scenario: Scenario;
  readonly source: SiteName;
  readonly target: SiteName;
  readonly say: (line: string) => void;
  private readonly signal: AbortSignal;
  private readonly closing = new AbortController();
  /** When the worker was killed, unix ms; null: it was not. */
  killedAt: number | null = null;
  private following: Promise<ToolResult> | null = null;
  /** What its follower said, once the run is over. */
  private over: ToolResult | null = null;
  private before: string | null = null;
  private readonly questions = new Questions(() => connect({ address: `127.0.0.1:${temporalPorts.grpc}`, namespace: 'default' }));
  private resting: { readonly at: string; readonly since: number } | null = null;

  constructor(options: StageOptions) {
    this.scenario = options.scenario;
    this.source = options.source;
    this.target = options.target;
    this.say = options.say;
    this.signal = AbortSignal.any([options.signal, this.closing.signal]);
  }

  /** Asks for the migration; it is followed in the background. */
  async migrate(...more: readonly string[]): Promise<void> {
    this.before = (await this.status())?.run ?? null;
    this.say(['changeover migrate orders --to', this.target, ...more].join(' '));
    this.following = this.scenario.try(['migrate', 'orders', '--to', this.target, '--reason', 'a fault is played', ...more], { onLine: this.say, signal: this.signal });
    // Its follower may end before it, when Temporal is killed.
    this.following.then(async (result) => {
      await this.until('the run to end', ({ endedAt }) => endedAt !== null);
      this.over = result;
    }).catch(() => undefined);
  }

  /** The same, unless the run is over before; whether it has begun. */
  async begunOrOver(step: string, site: SiteName): Promise<boolean> {
    return this.begun(step, site).then(() => true, (error: unknown) => (this.over === null ? Promise.reject(error as Error) : false));
  }

  /** Waits until an activity of this step has taken its turn in the record of a site: it is in the middle of its work then. */
  async begun(step: string, site: SiteName = this.source): Promise<void> {
    const path = '/api/v1/namespaces/changeover-system/configmaps/ownership-orders';
    await withApi(site, (api) =>
      waitFor(async () => {
        const { data } = (await api.request('GET', path)) as { data: { record: string } };
        return (JSON.parse(data.record) as { turns: Record<string, unknown> }).turns[step] !== undefined;
      }, { what: `${step} to begin at ${site}`, deadlineMs: PATIENCE_MS, intervalMs: 10, signal: this.signal, ...this.hopeless() }),
    );
  }

  /** Waits until the status of the run is as asked. */
  async until(what: string, holds: (status: SeenStatus) => boolean, intervalMs = 200): Promise<SeenStatus> {
    return waitFor(async () => {
      const status = await this.status();
      return status !== null && status.run !== this.before && holds(status) ? status : undefined;
    }, { what, deadlineMs: PATIENCE_MS, intervalMs, signal: this.signal });
  }

  held(): Promise<SeenStatus> {
    return this.until('the run to be held', ({ phase }) => phase === 'held');
  }

  /** Waits until the run is over, however long its follower could reach Temporal. @throws with what holds it when it rests there and nobody is to decide. */
  async ended(): Promise<SeenStatus> {
    const closed = (status: SeenStatus): boolean => status.endedAt !== null || this.rests(status);
    // Its follower has the last word as a rule.
    const watched = this.until('the run to end, or to rest', closed, 2_000);
    watched.catch(() => undefined);
    await Promise.race([this.following, watched]);
    const status = await Promise.race([watched, this.until('the run to end, or to rest', closed)]);
    if (status.endedAt === null) throw new Error(`held at ${status.held?.step}: ${status.held?.error}`);
    const followed = await this.following;
    if (followed !== null && followed.stderr.trim() !== '') this.say(followed.stderr.trim());
    return status;
  }

  /** The worker is killed as by a power cut; its supervisor starts it again at once. */
  killWorker(): void {
    this.killedAt = Date.now();
    this.say('kill -9 of the worker');
    this.scenario.worker.killHard();
  }

  /** A person decides. @throws when the decision is not taken. */
  async decide(kind: string, reason: string, ...more: readonly string[]): Promise<void> {
    this.say(`changeover ${kind} orders --reason "${reason}"`);
    await this.scenario.run([kind, 'orders', '--reason', reason, ...more]);
  }

  /** Sets switches of a site's VVR simulator. */
  async vvr(site: SiteName, set: Readonly<Record<string, unknown>>): Promise<void> {
    this.say(`vvr at ${site}: ${JSON.stringify(set)}`);
    const answer = await askVvrd(site, { op: 'sim', set });
    if (answer['ok'] !== true) throw new Error(`vvrd of ${site} does not take ${JSON.stringify(set)}: ${JSON.stringify(answer)}`);
  }

  async link(name: string, mode: LinkMode, latency?: string): Promise<void> {
    this.say(await faultLink(name, mode, latency));
  }

  /** Held for longer than what goes on by itself ever is. */
  private rests({ held }: SeenStatus): boolean {
    const at = held === null ? null : `${held.step}: ${held.error}`;
    if (this.resting?.at !== at) this.resting = at === null ? null : { at, since: performance.now() };
    return this.resting !== null && performance.now() - this.resting.since > REST_MS;
  }

  /** Asked of Temporal itself: a program for each look would slow down what is looked at. Null where there was no run yet, or nobody answers just now. */
  private async status(): Promise<SeenStatus | null> {
    return this.questions.ask((client) => readStatus(client, 'orders')).catch(() => null);
  }

  /** Events in the history of the newest run. */
  events(): Promise<number> {
    return this.questions.ask((client) => historyEvents(client, 'orders'));
  }

  /** What still waits here, or follows the run, ends with the play. */
  async close(): Promise<void> {
    this.closing.abort(new Error('the play is over'));
    await this.questions.close();
  }

  private hopeless(): { hopeless: () => string | undefined } {
    return { hopeless: () => (this.over === null ? undefined : `the run ended before: ${this.over.stdout.slice(-600)} ${this.over.stderr}`) };
  }
}
