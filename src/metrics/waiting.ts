import { setTimeout as pause } from 'node:timers/promises';
import type { MetricMeter } from '@temporalio/common';
import type { Phase, Status } from '../domain/status.js';

/** Phases in which nothing goes on until a person does something. */
export const waitingPhases: readonly Phase[] = ['held', 'waiting', 'paused'];

/** What is asked of Temporal: one list, and once for each run that begins to wait, its status. */
export interface OpenRuns {
  list(): Promise<readonly OpenRun[]>;
  status(run: OpenRun): Promise<Status>;
}

export interface OpenRun {
  readonly plan: string;
  readonly phase: string | null;
  readonly temporalRunId: string;
}

const BETWEEN_LOOKS_MS = 15_000;

/** Since when a run rests: it was held then, or what came last before it began to wait. ISO 8601. */
export function restingSince({ held, steps, decisions, startedAt }: Status): string {
  if (held !== null) return held.since;
  return [...steps.flatMap(({ endedAt }) => (endedAt === null ? [] : [endedAt])), ...decisions.map(({ at }) => at)].reduce((latest, at) => (at > latest ? at : latest), startedAt);
}

/**
 * Gauges of the runs that are open: how many in each phase, and for those that wait for a person, how long. A worker that was started
 * again knows a run that waited all the while; the run itself would tell it nothing until somebody decides.
 */
export class WaitingGauges {
  private readonly since = new Map<string, number>();
  private shown = new Map<string, Readonly<Record<string, string>>>();
  private phases = new Set<string>();

  constructor(
    private readonly runs: OpenRuns,
    private readonly meter: MetricMeter,
  ) {}

  async look(now: number): Promise<void> {
    const open = await this.runs.list();
    this.count(open);
    const waiting = open.filter(({ phase }) => waitingPhases.some((p) => p === phase));
    // Only histograms get their unit appended to the name.
    const gauge = this.meter.createGauge('changeover_waiting_seconds', 'float', undefined, 'How long a run has waited for a person; 0: it does not');
    const shown = new Map<string, Readonly<Record<string, string>>>();
    for (const run of waiting) {
      const key = `${run.temporalRunId} ${run.phase}`;
      const labels = { plan: run.plan, phase: run.phase ?? '' };
      const since = this.since.get(key) ?? Date.parse(restingSince(await this.runs.status(run)));
      this.since.set(key, since);
      gauge.set((now - since) / 1000, labels);
      shown.set(`${labels.plan} ${labels.phase}`, labels);
    }
    for (const [key, labels] of this.shown) if (!shown.has(key)) gauge.set(0, labels);
    this.shown = shown;
    const keys = new Set(waiting.map((run) => `${run.temporalRunId} ${run.phase}`));
    for (const key of this.since.keys()) if (!keys.has(key)) this.since.delete(key);
  }

  private count(open: readonly OpenRun[]): void {
    const gauge = this.meter.createGauge('changeover_open_runs', 'int', undefined, 'Runs that are open, by phase');
    const now = new Set(open.map(({ phase }) => phase ?? 'unknown'));
    for (const phase of new Set([...this.phases, ...now])) gauge.set(open.filter((run) => (run.phase ?? 'unknown') === phase).length, { phase });
    this.phases = now;
  }
}

/** Looks again and again until the signal aborts. A look that fails is said, and the next may succeed. */
export async function keepLooking(gauges: WaitingGauges, signal: AbortSignal, onFailure: (message: string) => void): Promise<void> {
  while (!signal.aborted) {
    await gauges.look(Date.now()).catch((error: unknown) => onFailure(error instanceof Error ? error.message : String(error)));
    await pause(BETWEEN_LOOKS_MS, undefined, { signal }).catch(() => {});
  }
}
