import { parseArgs } from 'node:util';
import { timedLines } from '../../lab/progress.js';
import { measureApi } from './measure.js';
import { apiTable, limitsOfTheApiBench } from './report.js';

const usage = `Usage: npm run bench -- api [--runs 200] [--followers 0,1,50] [--requests 200] [--changes 20] [--json] [--verbose]

Asks the HTTP API of a fresh lab for its list of runs and for one run while others follow that run, and counts what Temporal is asked.
  --runs N         closed runs in the list (default 200)
  --followers N,…  how many listen to one run meanwhile (default 0,1,50)
  --requests N     how often each is asked for (default 200)
  --changes N      how often the followed run is made to change (default 20)
  --json           print one JSON object as the last line
  --verbose        also say what the lab does`;

/** @throws Error with what is wrong with the arguments, or with the lab. */
export async function benchApi(args: readonly string[], signal: AbortSignal): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      runs: { type: 'string', default: '200' }, followers: { type: 'string', default: '0,1,50' }, requests: { type: 'string', default: '200' }, changes: { type: 'string', default: '20' },
      json: { type: 'boolean', default: false }, verbose: { type: 'boolean', default: false }, help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) {
    console.log(usage);
    return 0;
  }
  const [runs, requests, changes] = [values.runs, values.requests, values.changes].map(Number) as [number, number, number];
  const followers = values.followers.split(',').map(Number);
  if (![runs, requests, changes].every((one) => Number.isInteger(one) && one > 0) || !followers.every((one) => Number.isInteger(one) && one >= 0)) throw new Error(`whole numbers are needed\n\n${usage}`);
  const say = timedLines();
  const measured = await measureApi({ runs, requests, changes, followers, say, progress: values.verbose ? say : () => {}, signal });
  console.log(`\n${apiTable(measured)}\n\nWhat this does not show:\n${limitsOfTheApiBench.map((limit) => `  - ${limit}`).join('\n')}`);
  say(`done`);
  if (values.json) console.log(JSON.stringify({ measured, limits: limitsOfTheApiBench }));
  return 0;
}
