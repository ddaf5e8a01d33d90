import { parseArgs } from 'node:util';
import { timedLines } from '../lab/progress.js';
import { compare, limitsOfTheLab, table, type Comparison } from './report.js';
import { measure, type MeasuredRun, type Mover } from './runs.js';

const usage = `Usage: npm run bench -- outage [--runs 5] [--migrate 0,2] [--json] [--verbose]

Moves the application "orders" from east to west, by a bare script (the floor) and by the product in turn, each time in a fresh lab
with the same clients writing, and says how long the application was away.
  --runs N       how often each of both (default 5)
  --migrate S,…  what \`vradmin migrate\` is made to take, in seconds (default 0,2)
  --json         print one JSON object as the last line
  --verbose      also say what the lab does`;

const movers: readonly Mover[] = ['floor', 'product'];

interface Arguments {
  readonly runs: number;
  readonly migrates: readonly number[];
  readonly json: boolean;
  readonly verbose: boolean;
}

/** @throws Error with what is wrong. Null: only the usage was asked for. */
function readArguments(args: readonly string[]): Arguments | null {
  const { values } = parseArgs({
    args: [...args],
    options: {
      runs: { type: 'string', default: '5' }, migrate: { type: 'string', default: '0,2' }, json: { type: 'boolean', default: false },
      verbose: { type: 'boolean', default: false }, help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) return null;
  const [runs, migrates] = [Number(values.runs), values.migrate.split(',').map(Number)];
  const faults = [
    ...(Number.isInteger(runs) && runs > 0 ? [] : [`--runs ${values.runs} is not a whole number from 1 up`]),
    ...(migrates.every((one) => Number.isFinite(one) && one >= 0) ? [] : [`--migrate ${values.migrate} is not a list of seconds`]),
  ];
  if (faults.length > 0) throw new Error(`${faults.join('; ')}\n\n${usage}`);
  return { runs, migrates, json: values.json, verbose: values.verbose };
}

/** Exit code 0 when every run counts. @throws Error with what is wrong with the arguments, or with the lab. */
export async function benchOutage(args: readonly string[], signal: AbortSignal): Promise<number> {
  const given = readArguments(args);
  if (given === null) {
    console.log(usage);
    return 0;
  }
  const say = timedLines();
  const total = given.migrates.length * given.runs * movers.length;
  const comparisons: Comparison[] = [];
  const all: MeasuredRun[] = [];
  for (const migrateSeconds of given.migrates) {
    const runs: MeasuredRun[] = [];
    for (let pair = 0; pair < given.runs; pair += 1) {
      for (const mover of movers) {
        const run = await measure(mover, { migrateSeconds, signal, progress: given.verbose ? say : () => {} });
        runs.push(run);
        all.push(run);
        say(`${all.length} of ${total}: ${lineOf(run)}`);
      }
    }
    comparisons.push(compare(migrateSeconds, runs));
  }
  console.log(`\n${comparisons.map(table).join('\n\n')}\n\nWhat the lab does not show:\n${limitsOfTheLab.map((limit) => `  - ${limit}`).join('\n')}`);
  say(`${total} moves`);
  if (given.json) console.log(JSON.stringify({ comparisons, limits: limitsOfTheLab, runs: all }));
  return comparisons.every(({ faults }) => faults.length === 0) ? 0 : 1;
}

function lineOf({ mover, migrateSeconds, outageSeconds, faults }: MeasuredRun): string {
  const of = (value: number | null): string => (value === null ? 'unknown' : `${value.toFixed(3)} s`);
  return `${mover}, migrate ${migrateSeconds} s: away ${of(outageSeconds.always)}; for a client that obeys TTLs ${of(outageSeconds.ttl)}${faults.length === 0 ? '' : `; NOT COUNTED: ${faults.join('; ')}`}`;
}
