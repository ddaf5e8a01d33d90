import type { OwnershipRecord } from '../domain/ownership.js';
import type { OpenRun } from '../domain/plan-change.js';
import { newsOf } from '../domain/run-story.js';
import type { Status } from '../domain/status.js';
import type { PlanEvent } from '../domain/watched-plan.js';
import { reasonOf, type Log } from './log.js';
import type { Verbs } from './verbs.js';

export interface RunsOptions {
  readonly verbs: Verbs;
  readonly log: Log;
  /** Something about the unit's run is new. `events`: what is worth telling; `urgent`: somebody may be waiting for it. */
  readonly changed: (unit: string, news: { readonly events: readonly PlanEvent[]; readonly urgent: boolean }) => void;
}

interface Followed {
  readonly stop: AbortController;
  readonly done: Promise<void>;
}

/** The open runs that the controller follows, and what each run said last. All sites look at the same one. */
export class Runs {
  private readonly followed = new Map<string, Followed>();
  private readonly last = new Map<string, Status>();

  constructor(private readonly options: RunsOptions) {}

  /** What the unit's newest followed run said last, ended or not. */
  status(unit: string): Status | null {
    return this.last.get(unit) ?? null;
  }

  isFollowed(unit: string): boolean {
    return this.followed.has(unit);
  }

  /** The unit's open run; from now on it is followed. Throws `Unreachable`. */
  async open(unit: string, ownership: OwnershipRecord | null): Promise<OpenRun | null> {
    const known = this.last.get(unit);
    if (this.followed.has(unit) && known !== undefined && known.endedAt === null) return { run: known.run, source: known.source, target: known.target, line: lineOf(known, ownership) };
    const newest = await this.options.verbs.newestRun(unit);
    if (newest === null || !newest.open || newest.target === null) return null;
    this.follow(unit);
    const status = known?.run === newest.run ? known : null;
    return { run: newest.run, source: status?.source ?? null, target: newest.target, line: lineOf(status, ownership) };
  }

  follow(unit: string): void {
    if (this.followed.has(unit)) return;
    const stop = new AbortController();
    this.followed.set(unit, { stop, done: this.listen(unit, stop.signal) });
  }

  /** Stops following all; the runs go on. */
  async close(): Promise<void> {
    const all = [...this.followed.values()];
    for (const { stop } of all) stop.abort();
    await Promise.all(all.map(({ done }) => done));
  }

  private async listen(unit: string, signal: AbortSignal): Promise<void> {
    const { verbs, log, changed } = this.options;
    let complained = '';
    const onUnreachable = (message: string): void => {
      if (message !== complained) log('warn', message, { unit });
      complained = message;
    };
    try {
      for await (const status of verbs.follow(unit, { signal, onUnreachable })) {
        const before = this.last.get(unit) ?? null;
        this.last.set(unit, status);
        const { lines, events } = newsOf(before, status);
        for (const line of lines) log('info', line, { unit, run: status.run });
        changed(unit, { events, urgent: events.length > 0 });
      }
    } catch (error) {
      log('warn', `the run is not followed any more: ${reasonOf(error)}`, { unit });
    }
    this.followed.delete(unit);
    if (!signal.aborted) changed(unit, { events: [], urgent: true });
  }
}

/** The later of what the run said last and what the record on the site says now: either may be behind. */
function lineOf(status: Status | null, ownership: OwnershipRecord | null): OpenRun['line'] {
  if (status?.line === 'after' || ownership?.phase === 'forward') return 'after';
  return status?.line === 'crossing' || ownership?.phase === 'crossing' ? 'crossing' : 'before';
}
