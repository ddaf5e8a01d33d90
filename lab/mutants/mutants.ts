/** The mutants: the demo with the product sabotaged in turn. It must turn red for each, and green without. */
import { parseArgs } from 'node:util';
import { labDown } from '../down.js';
import { seconds } from '../progress.js';
import { labStatus } from '../status.js';
import { mutants as catalog } from './catalog.js';
import { circumstances, type CircumstanceName } from './circumstances.js';
import type { Mutant } from './mutant.js';
import { misfits, removeBuild, sabotagedBuild } from './sabotaged-build.js';
import { runTrial, type Trial, type TrialOptions } from './trial.js';

const usage = `Usage: npm run lab:mutants -- [--only NAME]... [--json] [--verbose]

Sabotages the product in turn and runs the demo with each: every one must turn it red. The product as it is must be green under
the same circumstances. Ends with 0 only if both are so.
  --only NAME  only this mutant, with its control; may be given several times
  --json       print one JSON object as the last line
  --verbose    print the progress of each run

${catalog.map(({ name, sabotage }) => `  ${name.padEnd(24)}${sabotage}`).join('\n')}`;

/** One line of the table. */
interface Row {
  readonly name: string;
  readonly what: string;
  readonly circumstance: CircumstanceName;
  readonly wanted: Trial['colour'];
  readonly got: Trial['colour'] | 'not tried';
  readonly outcome: string;
  readonly reasons: readonly string[];
  readonly seconds: number;
}

interface Flags {
  readonly verbose: boolean;
  readonly signal: AbortSignal;
}

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: { only: { type: 'string', multiple: true }, json: { type: 'boolean', default: false }, verbose: { type: 'boolean', default: false }, help: { type: 'boolean', short: 'h', default: false } },
  });
  if (values.help) {
    console.log(usage);
    return 0;
  }
  const chosen = choose(values.only);
  const faults = misfits(chosen);
  if (faults.length > 0) throw new Error(`the catalog no longer fits the product:\n  ${faults.join('\n  ')}`);
  if ((await labStatus()).components.some((component) => component.pid !== undefined)) throw new Error('a lab is running already: end it with `npm run lab -- down`');
  const interrupted = new AbortController();
  const interrupt = (): void => interrupted.abort(new Error('interrupted'));
  process.once('SIGINT', interrupt).once('SIGTERM', interrupt);
  const rows = await tryAll(chosen, { verbose: values.verbose, signal: interrupted.signal });
  if (interrupted.signal.aborted) return 130;
  const ok = rows.every(({ wanted, got }) => wanted === got);
  console.log(`\n${table(rows)}\n\n${ok ? 'PASSED: every control is green and every mutant is red' : 'FAILED'}`);
  if (values.json) console.log(JSON.stringify({ ok, rows }));
  return ok ? 0 : 1;
}

function choose(only: readonly string[] | undefined): readonly Mutant[] {
  const unknown = (only ?? []).filter((name) => !catalog.some((mutant) => mutant.name === name));
  if (unknown.length > 0) throw new Error(`no mutant ${unknown.join(', ')}; there are ${catalog.map(({ name }) => name).join(', ')}`);
  return only === undefined ? catalog : catalog.filter(({ name }) => only.includes(name));
}

/** For each circumstance the control first: a mutant that is red where everything is red shows nothing. */
async function tryAll(mutants: readonly Mutant[], flags: Flags): Promise<readonly Row[]> {
  const rows: Row[] = [];
  for (const circumstance of new Set(mutants.map((mutant) => mutant.circumstance))) {
    const control = { name: `control: ${circumstance}`, what: circumstances[circumstance].what, circumstance, wanted: 'green' } as const;
    rows.push(await tried(control, flags, async () => ({})));
    for (const mutant of mutants.filter((one) => one.circumstance === circumstance)) {
      if (flags.signal.aborted) return rows;
      const { name, sabotage: what, noFsync = false } = mutant;
      rows.push(await tried({ name, what, circumstance, wanted: 'red' }, flags, async () => ({ noFsync, ...(mutant.edits.length === 0 ? {} : { dist: await sabotagedBuild(mutant) }) })));
      removeBuild(mutant);
    }
  }
  return rows;
}

type Wanted = Pick<Row, 'name' | 'what' | 'circumstance' | 'wanted'>;

async function tried(wanted: Wanted, { verbose, signal }: Flags, build: () => Promise<Pick<TrialOptions, 'dist' | 'noFsync'>>): Promise<Row> {
  const began = performance.now();
  const say = (line: string): void => (verbose ? console.log(`    ${line}`) : undefined);
  const trial = async (): Promise<Pick<Row, 'got' | 'outcome' | 'reasons'>> => {
    try {
      const { colour: got, outcome, reasons } = await runTrial({ circumstance: wanted.circumstance, signal, say, ...(await build()) });
      return { got, outcome, reasons };
    } catch (error) {
      // Neither green nor red: a mutant that cannot even start would otherwise pass for found out.
      await labDown({ purge: true }).catch(() => undefined);
      return { got: 'not tried', outcome: 'none', reasons: [error instanceof Error ? error.message : String(error)] };
    }
  };
  const result = await trial();
  const row: Row = { ...wanted, ...result, seconds: (performance.now() - began) / 1000 };
  console.log(`${lineOf(row)} (${seconds(performance.now() - began)})`);
  return row;
}

function lineOf({ name, wanted, got, outcome, reasons }: Row): string {
  return `${wanted === got ? 'ok    ' : 'WRONG '} ${name.padEnd(26)} ${got.padEnd(9)} ${outcome.padEnd(10)} ${reasons.join(' | ').slice(0, 160)}`;
}

function table(rows: readonly Row[]): string {
  return ['       run                        is        ended as   because', ...rows.map(lineOf)].join('\n');
}

try {
  process.exitCode = await main();
} catch (error) {
  console.error(`mutants: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
}
