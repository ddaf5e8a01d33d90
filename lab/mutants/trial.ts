import { demoResult, isGood, type DemoResult } from '../demo/result.js';
import { Scenario } from '../scenario/scenario.js';
import { labSettings } from '../settings.js';
import { circumstances, type Circumstance, type CircumstanceName } from './circumstances.js';
import type { Progress } from '../progress.js';

/** What became of one run. */
export interface Trial {
  readonly colour: 'green' | 'red';
  /** The run's last phase. */
  readonly outcome: string;
  /** Why it is red, each a sentence; empty when it is green. */
  readonly reasons: readonly string[];
}

export interface TrialOptions {
  readonly circumstance: CircumstanceName;
  readonly signal: AbortSignal;
  readonly say: Progress;
  /** A sabotaged build; absent: the product as it is. */
  readonly dist?: string;
  readonly noFsync?: boolean;
}

/** Writes to acknowledge before and after the migration. */
const WRITES_AROUND = 50;
/** Longest outage before a run undoes itself: a sabotage that makes a wait endless is seen after this. */
const BUDGET_MS = 15_000;
/** A run that has not ended by then is taken as it stands. */
const PATIENCE_MS = 60_000;

/** The demo with another build and with something happening around it, in a lab of its own. Throws when it cannot be tried. */
export async function runTrial({ circumstance: name, signal, say, dist, noFsync = false }: TrialOptions): Promise<Trial> {
  // Caches forget within a second, so that no trial waits for them.
  const settings = { ...labSettings(), ttlSeconds: 1 };
  const scenario = new Scenario({ signal, settings, noFsync, outageBudgetMs: BUDGET_MS, ...(dist === undefined ? {} : { dist }) });
  const circumstance: Circumstance = circumstances[name];
  try {
    await scenario.begin();
    await scenario.load.awaitMore(WRITES_AROUND, 20_000);
    await circumstance.before?.(scenario);
    const { result, reachedOutage } = await migrated(scenario, { circumstance, signal, say });
    // A run that never came to what is sabotaged says nothing about it.
    if (!reachedOutage) throw new Error(`the run ended before the outage: ${result.outcome}; ${result.reasons.join('; ')}`);
    return { colour: isGood(result) ? 'green' : 'red', outcome: result.outcome, reasons: isGood(result) ? [] : reasonsOf(result) };
  } finally {
    await scenario.end();
  }
}

interface Around {
  readonly circumstance: Circumstance;
  readonly signal: AbortSignal;
  readonly say: Progress;
}

async function migrated(scenario: Scenario, { circumstance, signal, say }: Around): Promise<{ result: DemoResult; reachedOutage: boolean }> {
  const before = await scenario.answers();
  const ended = new AbortController();
  const givenUp = new AbortController();
  let around: Promise<void> = Promise.resolve();
  const onLine = (line: string): void => {
    say(line);
    // The last step but two before the outage: from here it is near, and nothing has stopped yet.
    if (/ recheck …/.test(line)) around = (circumstance.during?.(ended.signal) ?? Promise.resolve()).catch((error: unknown) => say(`around it: ${String(error)}`));
    // Held is a waiting state, and nobody will decide.
    if (/── held/.test(line)) givenUp.abort();
  };
  const patience = AbortSignal.any([signal, givenUp.signal, AbortSignal.timeout(PATIENCE_MS)]);
  const migration = await scenario.try(['migrate', 'orders', '--to', 'west', '--reason', 'a trial'], { onLine, signal: patience });
  signal.throwIfAborted();
  ended.abort();
  await around;
  const silence = migration.exitCode === 0 ? await scenario.load.awaitMore(WRITES_AROUND, 10_000).then(() => [], (error: unknown) => [String(error)]) : [];
  const status = JSON.parse((await scenario.try(['status', 'orders', '-o', 'json'])).stdout) as Parameters<typeof demoResult>[0]['status'] & { headline: string; outage: unknown };
  const after = await scenario.answers();
  const primary = (await scenario.planAt('west'))?.status?.primaryCluster ?? null;
  const verdict = await scenario.judge();
  const result = demoResult({ status, verdict, dns: { before, after }, primary, historyEvents: 0, floorSeconds: null });
  const told = result.outcome === 'completed' ? [] : [status.headline];
  return { result: { ...result, reasons: [...told, ...silence, ...result.reasons] }, reachedOutage: status.outage !== null };
}

function reasonsOf({ reasons, outcome, primary }: DemoResult): readonly string[] {
  return reasons.length > 0 ? reasons : [`the run ended as ${outcome}; primary is ${primary}`];
}
