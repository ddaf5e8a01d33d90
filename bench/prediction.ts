import { loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import type { Progress } from '../lab/progress.js';
import { Scenario } from '../lab/scenario/scenario.js';
import type { SiteName } from '../lab/settings.js';
import type { Status } from '../src/domain/status.js';
import { apply, burden, conditionsOf, type Conditions } from './prediction/conditions.js';
import { lineOf, partsOf, summaryOf, tableOf, type PredictedMove } from './prediction/report.js';

const usage = `Usage: npm run bench -- prediction [--moves 1-13] [--json] [--verbose]

Moves the application "orders" to and fro in one lab, each time under other conditions (how long it takes to stop and to start, what the
target lacks and how fast its link is, the TTL), and compares each outage with what the screen had predicted right before it.
  --moves A-B   only these, in a lab of their own (default: all)
  --json        print one JSON object as the last line
  --verbose     also say what the lab does, and what each step was predicted to take and took`;

/** Exit code 0 when every outage was predicted within 1 s or 30 %; one that nobody could have known of is shown and not counted. */
export async function benchPrediction(args: readonly string[], signal: AbortSignal): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: { moves: { type: 'string' }, json: { type: 'boolean', default: false }, verbose: { type: 'boolean', default: false }, help: { type: 'boolean', short: 'h', default: false } },
  });
  const chosen = conditionsOf(values.moves);
  if (values.help || chosen === null) {
    console.log(usage);
    return values.help ? 0 : 1;
  }
  const moves = await measureAll(chosen, { signal, isVerbose: values.verbose, progress: values.verbose ? (line) => console.log(line) : () => {} });
  console.log(`\n${tableOf(moves)}\n\n${summaryOf(moves)}`);
  if (values.json) console.log(JSON.stringify({ moves }));
  return moves.every(({ within, unforeseeable }) => within || unforeseeable) ? 0 : 1;
}

async function measureAll(chosen: readonly Conditions[], options: { signal: AbortSignal; isVerbose: boolean; progress: Progress }): Promise<readonly PredictedMove[]> {
  const scenario = new Scenario(options);
  const moves: PredictedMove[] = [];
  try {
    await scenario.begin();
    let from: SiteName = 'east';
    for (const conditions of chosen) {
      const to: SiteName = from === 'east' ? 'west' : 'east';
      await apply(conditions, from);
      await scenario.load.awaitMore(100, 60_000);
      burden(conditions, from);
      const move = await moveTo(scenario, to, conditions);
      moves.push(move);
      console.log(lineOf(move));
      if (options.isVerbose) console.log(partsOf(move));
      from = to;
      options.signal.throwIfAborted();
    }
    return moves;
  } finally {
    await scenario.end();
  }
}

type Ended = Pick<Status, 'steps'> & { readonly prediction: NonNullable<Status['prediction']>; readonly outage: { readonly startedAt: string; readonly endedAt: string } };

async function moveTo(scenario: Scenario, to: SiteName, conditions: Conditions): Promise<PredictedMove> {
  const { exitCode, stderr } = await scenario.try(['migrate', 'orders', '--to', to, '--reason', 'predicted']);
  if (exitCode !== 0) throw new Error(`the move to ${to} ended with exit code ${exitCode}: ${stderr.trim()}`);
  const { prediction, outage, steps } = JSON.parse((await scenario.try(['status', 'orders', '-o', 'json'])).stdout) as Ended;
  const predictedSeconds = prediction.totalMs / 1000;
  const realSeconds = (Date.parse(outage.endedAt) - Date.parse(outage.startedAt)) / 1000;
  const within = Math.abs(predictedSeconds - realSeconds) <= Math.max(1, 0.3 * realSeconds);
  const parts = prediction.parts.map(({ step, ms, from }) => {
    const took = steps.find(({ name }) => name === step);
    return { step, from, predictedSeconds: ms / 1000, realSeconds: took?.endedAt == null ? null : (Date.parse(took.endedAt) - Date.parse(took.startedAt)) / 1000 };
  });
  return { n: conditions.n, what: conditions.what, to, predictedSeconds, realSeconds, parts, within, unforeseeable: conditions.unforeseeable ?? false, load: loadavg()[0] ?? 0 };
}
