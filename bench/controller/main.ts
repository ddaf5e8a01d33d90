import { parseArgs } from 'node:util';
import { timedLines } from '../../lab/progress.js';
import { limitsOfTheLab } from '../report.js';
import { measureController } from './measure.js';
import { controllerTable } from './report.js';

const usage = `Usage: npm run bench -- controller [--runs 5] [--plans 100] [--idle 60] [--json] [--verbose]

Counts what the controller asks the API servers while nothing happens, by their audit logs, then patches the plan of "orders" and says
how long it took until the run's first step; each run is undone by patching back.
  --runs N       how many patches (default 5)
  --plans N      DR plans under management on each site (default 100)
  --idle S       how long to count, seconds (default 60)
  --json         print one JSON object as the last line
  --verbose      also say what the lab does`;

interface Arguments {
  readonly runs: number;
  readonly plans: number;
  readonly idleSeconds: number;
  readonly json: boolean;
  readonly verbose: boolean;
}

/** @throws Error with what is wrong. Null: only the usage was asked for. */
function readArguments(args: readonly string[]): Arguments | null {
  const { values } = parseArgs({
    args: [...args],
    options: {
      runs: { type: 'string', default: '5' }, plans: { type: 'string', default: '100' }, idle: { type: 'string', default: '60' },
      json: { type: 'boolean', default: false }, verbose: { type: 'boolean', default: false }, help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) return null;
  const wrong = (['runs', 'plans', 'idle'] as const).filter((name) => !/^[1-9]\d*$/.test(values[name]));
  if (wrong.length > 0) throw new Error(`${wrong.map((name) => `--${name} ${values[name]} is not a whole number from 1 up`).join('; ')}\n\n${usage}`);
  return { runs: Number(values.runs), plans: Number(values.plans), idleSeconds: Number(values.idle), json: values.json, verbose: values.verbose };
}

/** `npm run bench -- controller`; the exit code. */
export async function benchController(args: readonly string[], signal: AbortSignal): Promise<number> {
  const given = readArguments(args);
  if (given === null) {
    console.log(usage);
    return 0;
  }
  const say = timedLines();
  const measured = await measureController({ ...given, progress: given.verbose ? say : () => {}, say, signal });
  console.log(`\n${controllerTable(measured)}\n\nWhat the lab does not show:\n  - ${limitsOfTheLab[0] ?? ''}`);
  if (given.json) console.log(JSON.stringify(measured));
  return 0;
}
