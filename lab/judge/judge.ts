/**
 * The judge: says from the volumes, the client's record and the simulator's logs what a run did to the
 * application. Run it when the application's processes are gone.
 * Ends with 0 when nothing speaks against the run, 1 when something does, 2 for wrong arguments.
 */
import { readArguments } from './arguments.js';
import type { JudgeArguments } from './arguments.js';
import { describeVerdict } from './describe.js';
import { judge } from './verdict.js';

function parse(): JudgeArguments | undefined {
  try {
    return readArguments(process.argv.slice(2));
  } catch (error) {
    console.error(error instanceof Error ? error.message : String(error));
    process.exitCode = 2;
    return undefined;
  }
}

const given = parse();
if (given !== undefined) {
  const verdict = judge(given);
  const { ok, reasons, findings } = verdict;
  console.log(given.json ? JSON.stringify({ ok, reasons, ...findings }) : describeVerdict(verdict));
  process.exitCode = ok ? 0 : 1;
}
