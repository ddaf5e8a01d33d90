/** The demo: the main job on real parts, from an empty machine to a judge's verdict. */
import { parseArgs } from 'node:util';
import { measure } from '../../bench/runs.js';
import { labDown } from '../down.js';
import { timedLines } from '../progress.js';
import { labStatus } from '../status.js';
import { Scenario } from '../scenario/scenario.js';
import { faults } from '../faults/catalog.js';
import { demoFault } from './fault-demo.js';
import { nextCommands } from './next-commands.js';
import { demoResult, isGood, type DemoResult } from './result.js';

const usage = `Usage: npm run demo -- [--keep] [--json] [--floor] [--fault NAME]

Moves the application "orders" from site east to site west while a client writes without pause, and asks the judge.
  --keep    leave the lab running and print its addresses and what to try next
  --json    print one JSON object as the last line
  --floor   measure a bare script that does the same first, in a lab of its own with the same clients
  --fault   play a fault while the application moves, then move it without one; NAME is one of

${faults.map(({ name, title }) => `      ${name.padEnd(36)}${title}`).join('\n')}`;

/** Writes to acknowledge before and after the migration. */
const WRITES_AROUND = 100;

async function main(): Promise<number> {
  const { values } = parseArgs({ options: { keep: { type: 'boolean', default: false }, json: { type: 'boolean', default: false }, floor: { type: 'boolean', default: false }, fault: { type: 'string' }, help: { type: 'boolean', short: 'h', default: false } } });
  if (values.help) {
    console.log(usage);
    return 0;
  }
  const say = timedLines();
  if ((await labStatus()).components.some((component) => component.pid !== undefined)) {
    throw new Error('a lab is running already: end it with `npm run lab -- down`, or use it (npm run lab -- status)');
  }
  const interrupted = new AbortController();
  const interrupt = (): void => interrupted.abort(new Error('interrupted'));
  process.once('SIGINT', interrupt).once('SIGTERM', interrupt);
  if (values.fault !== undefined) return demoFault(values.fault, { keep: values.keep, json: values.json, say, signal: interrupted.signal });
  const scenario = new Scenario({ progress: say, signal: interrupted.signal });
  let keep = false;
  try {
    const floorSeconds = values.floor ? await floorOutage(say, interrupted.signal) : null;
    await scenario.begin();
    const result = await migrate(scenario, { say, signal: interrupted.signal, floorSeconds });
    keep = values.keep;
    await scenario.end(keep, result.primary === 'east' ? 'east' : 'west');
    summarize(result, say);
    if (keep) console.log(nextCommands());
    if (values.json) console.log(JSON.stringify(result));
    return isGood(result) ? 0 : 1;
  } catch (error) {
    say(interrupted.signal.aborted ? 'interrupted: cleaning up' : `failed: ${error instanceof Error ? error.message : String(error)}`);
    if (!keep) await scenario.end().catch(() => labDown({ purge: false }));
    return interrupted.signal.aborted ? 130 : 1;
  }
}

/** The outage that a bare script leaves, seen by the client that obeys TTLs, in seconds. @throws Error when it lost something. */
async function floorOutage(say: (line: string) => void, signal: AbortSignal): Promise<number | null> {
  say('the floor: a bare script moves the application in a lab of its own, with nothing that makes it safe');
  const { outageSeconds, parts, faults } = await measure('floor', { migrateSeconds: 0, signal, progress: () => {} });
  if (faults.length > 0) throw new Error(`the floor: ${faults.join('; ')}`);
  for (const part of parts) say(`  ${part.name} ${part.seconds.toFixed(3)} s`);
  say(`the floor: outage ${outageSeconds.ttl?.toFixed(3) ?? 'unknown'} s`);
  return outageSeconds.ttl;
}

async function migrate(scenario: Scenario, options: { say: (line: string) => void; signal: AbortSignal; floorSeconds: number | null }): Promise<DemoResult> {
  const { say, signal } = options;
  await scenario.load.awaitMore(WRITES_AROUND, 20_000);
  const before = await scenario.answers();
  say('a client writes without pause; the migration starts: changeover migrate orders --to west');
  const migration = await scenario.try(['migrate', 'orders', '--to', 'west', '--reason', 'demonstration'], { onLine: (line) => say(line), signal });
  signal.throwIfAborted();
  if (migration.stderr.trim() !== '') say(migration.stderr.trim());
  const after = await scenario.answers();
  if (migration.exitCode === 0) await scenario.load.awaitMore(WRITES_AROUND, 20_000);
  const status = JSON.parse((await scenario.try(['status', 'orders', '-o', 'json'])).stdout) as Parameters<typeof demoResult>[0]['status'];
  const plan = await scenario.planAt('west');
  say('the client and the application are stopped; the judge reads the ledgers');
  const verdict = await scenario.judge();
  return demoResult({ status, verdict, dns: { before, after }, primary: plan?.status?.primaryCluster ?? null, historyEvents: await scenario.historyEvents(), floorSeconds: options.floorSeconds });
}

function summarize(result: DemoResult, say: (line: string) => void): void {
  say(`outcome ${result.outcome}; primary ${result.primary}; ${result.historyEvents} history events`);
  say(`outage seen by the client that obeys TTLs: ${result.outageSeconds?.toFixed(3) ?? 'unknown'} s${result.floorSeconds === null ? '' : ` (floor: ${result.floorSeconds.toFixed(3)} s)`}`);
  say(`writes acknowledged ${result.writesAcknowledged}, lost ${result.writesLost}; most sites writable at once: ${result.writersAtOnce}`);
  for (const reason of result.reasons) say(`  ${reason}`);
  say(isGood(result) ? 'PASSED' : 'FAILED');
}

try {
  process.exitCode = await main();
} catch (error) {
  console.error(`demo: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
}
