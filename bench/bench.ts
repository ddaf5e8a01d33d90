/** `npm run bench -- outage`: how much longer than a bare script the product keeps the application away, on the same lab. `npm run bench -- api`: the HTTP API. */
import { parseArgs } from 'node:util';
import { labStatus } from '../lab/status.js';
import { seconds } from '../lab/progress.js';
import { benchApi } from './api/main.js';
import { compare, limitsOfTheLab, table, type Comparison } from './report.js';
import { measure, type MeasuredRun, type Mover } from './runs.js';

const usage = `Usage: npm run bench -- outage [--runs 5] [--migrate 0,2] [--json] [--verbose]
       npm run bench -- api [--help]

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
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      runs: { type: 'string', default: '5' }, migrate: { type: 'string', default: '0,2' }, json: { type: 'boolean', default: false },
      verbose: { type: 'boolean', default: false }, help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) return null;
  const [runs, migrates] = [Number(values.runs), values.migrate.split(',').map(Number)];
  const faults = [
    ...(positionals.length === 1 && positionals[0] === 'outage' ? [] : ['name what to measure: outage or api']),
    ...(Number.isInteger(runs) && runs > 0 ? [] : [`--runs ${values.runs} is not a whole number from 1 up`]),
    ...(migrates.every((one) => Number.isFinite(one) && one >= 0) ? [] : [`--migrate ${values.migrate} is not a list of seconds`]),
  ];
  if (faults.length > 0) throw new Error(`${faults.join('; ')}\n\n${usage}`);
  return { runs, migrates, json: values.json, verbose: values.verbose };
}

async function main(): Promise<number> {
  const [what, ...rest] = process.argv.slice(2);
  const given = what === 'api' ? 'api' : readArguments(process.argv.slice(2));
  if (given === null) {
    console.log(usage);
    return 0;
  }
  if ((await labStatus()).components.some((component) => component.pid !== undefined)) {
    throw new Error('a lab is running already: end it with `npm run lab -- down`');
  }
  const interrupted = new AbortController();
  const interrupt = (): void => interrupted.abort(new Error('interrupted'));
  process.once('SIGINT', interrupt).once('SIGTERM', interrupt);
  if (given === 'api') return benchApi(rest, interrupted.signal);
  const began = performance.now();
  const say = (line: string): void => console.log(`${((performance.now() - began) / 1000).toFixed(1).padStart(6)} s  ${line}`);
  const total = given.migrates.length * given.runs * movers.length;
  const comparisons: Comparison[] = [];
  const all: MeasuredRun[] = [];
  for (const migrateSeconds of given.migrates) {
    const runs: MeasuredRun[] = [];
    for (let pair = 0; pair < given.runs; pair += 1) {
      for (const mover of movers) {
        const run = await measure(mover, { migrateSeconds, signal: interrupted.signal, progress: given.verbose ? say : () => {} });
        runs.push(run);
        all.push(run);
        say(`${all.length} of ${total}: ${lineOf(run)}`);
      }
    }
    comparisons.push(compare(migrateSeconds, runs));
  }
  console.log(`\n${comparisons.map(table).join('\n\n')}\n\nWhat the lab does not show:\n${limitsOfTheLab.map((limit) => `  - ${limit}`).join('\n')}`);
  say(`${total} moves (${seconds(performance.now() - began)})`);
  if (given.json) console.log(JSON.stringify({ comparisons, limits: limitsOfTheLab, runs: all }));
  return comparisons.every(({ faults }) => faults.length === 0) ? 0 : 1;
}

function lineOf({ mover, migrateSeconds, outageSeconds, faults }: MeasuredRun): string {
  const of = (value: number | null): string => (value === null ? 'unknown' : `${value.toFixed(3)} s`);
  return `${mover}, migrate ${migrateSeconds} s: away ${of(outageSeconds.always)}; for a client that obeys TTLs ${of(outageSeconds.ttl)}${faults.length === 0 ? '' : `; NOT COUNTED: ${faults.join('; ')}`}`;
}

try {
  process.exitCode = await main();
} catch (error) {
  console.error(`bench: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
}
