import { loadavg } from 'node:os';
import { setTimeout as pause } from 'node:timers/promises';
import type { Progress } from '../lab/progress.js';
import { Scenario } from '../lab/scenario/scenario.js';
import type { Verdict } from '../lab/scenario/verdict.js';
import { labSettings, type LabSettings } from '../lab/settings.js';
import { askVvrd } from '../lab/site/vvrd-client.js';
import { runFloor, type TimedPart } from './floor.js';

export type Mover = 'floor' | 'product';

/** One move of the application in a lab of its own. */
export interface MeasuredRun {
  readonly mover: Mover;
  /** What `vradmin migrate` was made to take, seconds. */
  readonly migrateSeconds: number;
  /** Longest time without an acknowledgement, by habit of the client, seconds; null where the judge could not say. */
  readonly outageSeconds: { readonly always: number | null; readonly ttl: number | null };
  /** When the client that asks for the name each time was last acknowledged before the outage and first after it; ISO 8601. */
  readonly silence: { readonly from: string; readonly to: string } | null;
  /** Of the product's history; null for the floor, which has none. */
  readonly historyEvents: number | null;
  readonly parts: readonly TimedPart[];
  /** Why it may not be counted; empty when the application moved and nothing was lost. */
  readonly faults: readonly string[];
  /** Load average of the machine over the last minute, at the end: other work on it makes both sides slower. */
  readonly load: number;
}

export interface RunOptions {
  readonly migrateSeconds: number;
  readonly progress: Progress;
  readonly signal: AbortSignal;
}

/** Writes to acknowledge before and after a move. */
const WRITES_AROUND = 100;
const WRITES_WITHIN_MS = 20_000;
const TO = 'west';
/** A whole life of a cached answer during a move, milliseconds. */
const SHORT_TTL_MS = 1000;

/** Moves the application once, by the bare script or by the product, in a fresh lab with the same load; the same judge says how long it was away. */
export async function measure(mover: Mover, options: RunOptions): Promise<MeasuredRun> {
  const { migrateSeconds, signal } = options;
  const settings = labSettings();
  const scenario = new Scenario({ signal, settings, progress: options.progress });
  try {
    await scenario.begin();
    if (migrateSeconds > 0) await askVvrd('east', { op: 'sim', set: { migrateMs: migrateSeconds * 1000 } });
    await scenario.load.awaitMore(WRITES_AROUND, WRITES_WITHIN_MS);
    // Every run of a mover takes the same steps in the same time, so the caches' age at the outage would be the same each time; chance makes it any.
    await pause(Math.random() * SHORT_TTL_MS, undefined, { signal });
    const moved = await (mover === 'floor' ? byFloor(settings, signal) : byProduct(scenario));
    if (moved.faults.length === 0) await scenario.load.awaitMore(WRITES_AROUND, WRITES_WITHIN_MS);
    const verdict = await scenario.judge(TO);
    return { mover, migrateSeconds, ...outageOf(verdict), ...moved, faults: [...moved.faults, ...verdict.reasons], load: loadavg()[0] ?? 0 };
  } finally {
    await scenario.end();
  }
}

type Moved = Pick<MeasuredRun, 'historyEvents' | 'parts' | 'faults'>;

async function byFloor({ ttlSeconds }: LabSettings, signal: AbortSignal): Promise<Moved> {
  return { historyEvents: null, parts: await runFloor({ from: 'east', to: TO, ttlSeconds, signal }), faults: [] };
}

interface StatusLike {
  readonly phase: string;
  readonly headline: string;
  readonly steps: readonly { readonly name: string; readonly startedAt: string; readonly endedAt: string | null }[];
}

async function byProduct(scenario: Scenario): Promise<Moved> {
  const { exitCode, stderr } = await scenario.try(['migrate', 'orders', '--to', TO, '--reason', 'measured']);
  const status = JSON.parse((await scenario.try(['status', 'orders', '-o', 'json'])).stdout) as StatusLike;
  return {
    historyEvents: await scenario.historyEvents(),
    parts: status.steps.flatMap(({ name, startedAt, endedAt }) => (endedAt === null ? [] : [{ name, startedAt, seconds: (Date.parse(endedAt) - Date.parse(startedAt)) / 1000 }])),
    faults: status.phase === 'completed' ? [] : [`the run is ${status.phase} (exit code ${exitCode}): ${status.headline} ${stderr.trim()}`.trim()],
  };
}

function outageOf({ outages }: Verdict): Pick<MeasuredRun, 'outageSeconds' | 'silence'> {
  const [always, ttl] = [outages?.['always']?.longest, outages?.['ttl']?.longest];
  const iso = (at: number): string => new Date(at).toISOString();
  return {
    outageSeconds: { always: always?.seconds ?? null, ttl: ttl?.seconds ?? null },
    silence: always === undefined ? null : { from: iso(always.from), to: iso(always.to) },
  };
}
