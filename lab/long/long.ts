/** `npm run test:long`: plays every fault of the catalog. It can be ended and taken up again: what was played at this commit is not played twice. */
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { faults, findFault } from '../faults/catalog.js';
import type { Fault } from '../faults/fault.js';
import { play, type Played } from '../faults/play.js';
import { repositoryRoot } from '../paths.js';
import { writeInstallation } from '../scenario/installation.js';
import { Scenario } from '../scenario/scenario.js';
import { labSettings, sites, type SiteName } from '../settings.js';
import { labStatus } from '../status.js';
import { blame } from './blame.js';
import { longRunDocument } from './document.js';
import { keepResults, longestAgo, readResults, type Result } from './results.js';

const usage = `Usage: npm run test:long -- [--for SECONDS] [--only NAME]... [--again] [--verbose]

Plays the faults of the catalog in the lab that were not played at this commit yet, those that never passed first, and writes docs/long-run.md.
  --for SECONDS  begin no other fault after that time; the next call goes on
  --only NAME    only this one, though it was played; may be given several times
  --again        all of them, though they were played
  --verbose      print what each run says`;

interface Flags {
  readonly verbose: boolean;
  readonly until: number;
  readonly signal: AbortSignal;
  readonly commit: string;
}

const DEFAULT_BUDGET_MS = 60_000;
const DEFAULT_COMMAND_MS = 5_000;
const WRITES_BEFORE = 50;

async function main(): Promise<number> {
  const { values } = parseArgs({ options: { for: { type: 'string' }, only: { type: 'string', multiple: true }, again: { type: 'boolean', default: false }, verbose: { type: 'boolean', default: false }, help: { type: 'boolean', short: 'h', default: false } } });
  if (values.help) {
    console.log(usage);
    return 0;
  }
  const commit = execFileSync('git', ['rev-parse', '--short', 'HEAD'], { cwd: repositoryRoot(), encoding: 'utf8' }).trim();
  const done = new Set(values.again ? [] : readResults().filter((result) => result.commit === commit && result.ok).map(({ name }) => name));
  const chosen = values.only === undefined ? longestAgo(faults.filter(({ name }) => !done.has(name)), readResults()) : values.only.map(findFault);
  if ((await labStatus()).components.some((component) => component.pid !== undefined)) throw new Error('a lab is running already: end it with `npm run lab -- down`');
  const interrupted = new AbortController();
  process.once('SIGINT', () => interrupted.abort(new Error('interrupted'))).once('SIGTERM', () => interrupted.abort(new Error('interrupted')));
  const flags: Flags = { verbose: values.verbose, until: performance.now() + Number(values.for ?? '86400') * 1000, signal: interrupted.signal, commit };
  console.log(`${chosen.length} of ${faults.length} faults to play at ${commit}`);
  let rest: readonly Fault[] = chosen;
  while (rest.length > 0 && performance.now() < flags.until && !flags.signal.aborted) rest = await session(rest, flags);
  writeFileSync(join(repositoryRoot(), 'docs', 'long-run.md'), longRunDocument(readResults()));
  const failed = readResults().filter(({ name, ok }) => !ok && chosen.some((one) => one.name === name));
  console.log(`${rest.length} left; ${failed.length === 0 ? 'none of the others failed' : `failed: ${failed.map(({ name }) => name).join(', ')}`}`);
  return failed.length === 0 ? 0 : 1;
}

/** Plays as many as the time allows in one lab, until one fails: what it left behind must not spoil the next. Returns those that are left, with those that must be played again. */
async function session(chosen: readonly Fault[], flags: Flags): Promise<readonly Fault[]> {
  const scenario = new Scenario({ signal: flags.signal, settings: { ...labSettings(), ttlSeconds: 1 } });
  const results: Result[] = [];
  let source: SiteName | undefined = 'east';
  let position = 0;
  let reasons: readonly string[] | null = null;
  let rest: readonly Fault[] = [];
  try {
    await scenario.begin();
    await scenario.load.awaitMore(WRITES_BEFORE, 20_000);
    for (const fault of chosen) {
      if (source === undefined || (position > 0 && performance.now() >= flags.until)) break;
      position += 1;
      const { kept, serves } = await tried(fault, { scenario, source, flags });
      results.push(kept);
      console.log(`${kept.ok ? 'ok    ' : 'FAILED'} ${fault.name.padEnd(36)} ${kept.outcome.padEnd(12)} ${kept.seconds.toFixed(1)} s  ${kept.reasons.join('; ').slice(0, 400)}`);
      source = serves;
      if (!kept.ok) break;
    }
    ({ reasons } = await scenario.judge(source));
    console.log(`the judge: ${reasons.length === 0 ? 'nothing lost, never two writers' : reasons.join('; ')}`);
  } catch (error) {
    console.log(`the lab: ${error instanceof Error ? error.message : String(error)}`);
    position = Math.max(position, 1);
  } finally {
    const { kept, again } = blame(results, reasons);
    keepResults(kept);
    // The last one is never among them: each lab leaves less to play.
    rest = [...again.filter((name) => name !== chosen[position - 1]?.name).map(findFault), ...chosen.slice(position)];
    await scenario.end();
  }
  return rest;
}

/** Plays one; where the application serves afterwards, as far as its run tells. */
async function tried(fault: Fault, { scenario, source, flags }: { scenario: Scenario; source: SiteName; flags: Flags }): Promise<{ kept: Result; serves: SiteName | undefined }> {
  const began = performance.now();
  const say = (line: string): void => (flags.verbose ? console.log(`    ${line}`) : undefined);
  await writeInstallation({ outageBudgetMs: fault.options?.outageBudgetMs ?? DEFAULT_BUDGET_MS, commandTimeoutMs: fault.options?.commandTimeoutMs ?? DEFAULT_COMMAND_MS });
  const played: Played | Error = await play(fault, { scenario, source, target: sites[source].peer, say, signal: flags.signal }).catch((error: unknown) => (error instanceof Error ? error : new Error(String(error))));
  const common = { name: fault.name, seconds: (performance.now() - began) / 1000, at: new Date().toISOString(), commit: flags.commit };
  if (played instanceof Error) return { kept: { ...common, ok: false, outcome: 'not played', outageSeconds: null, progressSeconds: null, events: null, reasons: [played.message] }, serves: undefined };
  const { outcome, outage, progressSeconds, events, reasons, serves } = played;
  return { kept: { ...common, ok: reasons.length === 0, outcome, outageSeconds: outage === null ? null : (outage.to - outage.from) / 1000, progressSeconds, events, reasons }, serves };
}

try {
  process.exitCode = await main();
} catch (error) {
  console.error(`long: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
}
