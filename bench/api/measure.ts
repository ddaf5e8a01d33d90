import { loadavg } from 'node:os';
import { setTimeout as pause } from 'node:timers/promises';
import type { Progress } from '../../lab/progress.js';
import { waitFor } from '../../lab/process/wait.js';
import { SupervisedApi } from '../../lab/scenario/api.js';
import { Scenario } from '../../lab/scenario/scenario.js';
import { labSettings } from '../../lab/settings.js';
import { quantile } from '../statistics.js';
import { Follower } from './follower.js';
import { makeCaller, makeClosedRuns } from './installation.js';
import { callsBetween, temporalCalls, type Calls } from './temporal-calls.js';

/** What was measured while so many listened to one run. Times in milliseconds. */
export interface AtFollowers {
  readonly followers: number;
  readonly list: Times;
  readonly one: Times;
  /** From sending a decision until the last listener has heard of it; none without listeners. */
  readonly heard: Times;
  /** Calls of Temporal for each change of the run, by operation. */
  readonly callsPerChange: Calls;
  /** Calls of Temporal each second while nothing changes and nobody asks. */
  readonly callsPerSecondAtRest: Calls;
  readonly load: number;
}

export interface Times {
  readonly p50: number;
  readonly p95: number;
  readonly most: number;
  readonly count: number;
}

export interface ApiOptions {
  readonly runs: number;
  readonly requests: number;
  readonly changes: number;
  readonly followers: readonly number[];
  readonly progress: Progress;
  readonly say: (line: string) => void;
  readonly signal: AbortSignal;
}

const REST_MS = 15_000;

/** One lab with its Temporal server, this many closed runs and one that waits for an approval; the API over HTTP on loopback. */
export async function measureApi(options: ApiOptions): Promise<readonly AtFollowers[]> {
  const { signal, progress, say } = options;
  const scenario = new Scenario({ signal, settings: { ...labSettings(), ttlSeconds: 1 }, progress });
  const api = new SupervisedApi(scenario.program);
  try {
    await scenario.begin();
    await scenario.load.stop();
    const token = await makeCaller();
    await api.begin({ limits: { requestsPerMinute: 1_000_000 } });
    const caller = new Caller(api.url, token);
    const run = await caller.startWaiting();
    await makeClosedRuns(options.runs);
    const listed = await waitFor(async () => {
      const found = await caller.listed();
      return found >= Math.min(options.runs, 200) ? found : undefined;
    }, { what: 'the runs to be listed', deadlineMs: 60_000 });
    say(`${options.runs} closed runs; a page shows ${listed}`);
    const measured: AtFollowers[] = [];
    for (const followers of options.followers) {
      measured.push(await at(followers, { caller, run, options }));
      say(`measured with ${followers} listening`);
    }
    return measured;
  } finally {
    await api.stop();
    await scenario.end();
  }
}

async function at(count: number, { caller, run, options }: { readonly caller: Caller; readonly run: string; readonly options: ApiOptions }): Promise<AtFollowers> {
  const path = `/v1/runs/${run}`;
  const followers = Array.from({ length: count }, () => new Follower(`${caller.url}${path}/events`, caller.token));
  await Promise.all(followers.map((one) => one.seen(0)));
  const list = await timed(options.requests, () => caller.get('/v1/runs?limit=200'));
  const one = await timed(options.requests, () => caller.get(path));
  const before = await temporalCalls();
  const heard = await timed(options.changes, async (n) => {
    const revision = Math.max(...followers.map((follower) => follower.revision));
    await caller.decide(run, `ack-${count}-${n}`);
    await Promise.all(followers.map((follower) => follower.seen(revision + 1)));
  });
  const changed = callsBetween(before, await temporalCalls());
  const resting = await temporalCalls();
  await pause(REST_MS, undefined, { signal: options.signal });
  const rested = callsBetween(resting, await temporalCalls());
  await Promise.all(followers.map((follower) => follower.leave()));
  return { followers: count, list, one, heard, callsPerChange: per(changed, options.changes), callsPerSecondAtRest: per(rested, REST_MS / 1000), load: loadavg()[0] ?? 0 };
}

function per(calls: Calls, divisor: number): Calls {
  return Object.fromEntries(Object.entries(calls).map(([operation, count]) => [operation, Math.round((100 * count) / divisor) / 100]));
}

async function timed(count: number, ask: (n: number) => Promise<unknown>): Promise<Times> {
  const took: number[] = [];
  for (let n = 0; n < count; n += 1) {
    const began = performance.now();
    await ask(n);
    took.push(performance.now() - began);
  }
  const round = (ms: number): number => Math.round(10 * ms) / 10;
  return { p50: round(quantile(took, 0.5)), p95: round(quantile(took, 0.95)), most: round(Math.max(...took)), count };
}

/** Who asks, over one kept connection. */
class Caller {
  constructor(
    readonly url: string,
    readonly token: string,
  ) {}

  async get(path: string): Promise<Readonly<Record<string, unknown>>> {
    return this.send(path, {});
  }

  async listed(): Promise<number> {
    return ((await this.get('/v1/runs?limit=200'))['runs'] as readonly unknown[]).length;
  }

  /** A run that rests before the outage until somebody approves, which nobody does. */
  async startWaiting(): Promise<string> {
    const body = { procedure: 'planned-migration', plan: 'orders', target: 'west', expectedPrimary: 'east', reason: 'to be followed', options: { approval: { approvers: ['nobody'] } } };
    const run = String((await this.send('/v1/runs', { method: 'POST', body: JSON.stringify(body) }))['run']);
    await waitFor(async () => ((await this.get(`/v1/runs/${run}`))['status'] as { phase: string } | null)?.phase === 'waiting', { what: 'the run to wait', deadlineMs: 60_000, intervalMs: 250 });
    return run;
  }

  async decide(run: string, id: string): Promise<void> {
    await this.send(`/v1/runs/${run}/decisions`, { method: 'POST', body: JSON.stringify({ kind: 'ack', reason: 'to change something', id }) });
  }

  private async send(path: string, init: RequestInit): Promise<Readonly<Record<string, unknown>>> {
    const answer = await fetch(`${this.url}${path}`, { ...init, headers: { authorization: `Bearer ${this.token}`, ...(init.body === undefined ? {} : { 'content-type': 'application/json' }) } });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${text.slice(0, 300)}`);
    return JSON.parse(text) as Readonly<Record<string, unknown>>;
  }
}
