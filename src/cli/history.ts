import { InvalidArgumentError, type Command } from 'commander';
import { listPastRuns } from '../client/record.js';
import type { PastRun } from '../domain/record/past-run.js';
import { subcommand, type CommonOptions } from './command.js';
import { exitCode } from './exit.js';
import { runOnJournal } from './journal.js';

const SHOWN = 20;

export function historyCommand(): Command {
  return subcommand('history', 'past runs and those under way, from their records')
    .argument('[unit]', 'only runs of this DisasterRecoveryPlan')
    .option('--limit <number>', 'how many, newest first', parseCount, SHOWN)
    .action((unit: string | undefined, flags: CommonOptions & { limit: number }) =>
      runOnJournal(flags, async ({ journal, output }) => {
        const runs = await listPastRuns(journal, { limit: flags.limit, ...(unit === undefined ? {} : { unit }) });
        if (output === 'json') console.log(JSON.stringify(runs));
        else for (const run of runs) console.log(lineOf(run));
        return exitCode.ok;
      }),
    );
}

function parseCount(value: string): number {
  if (/^[1-9]\d{0,5}$/.test(value)) return Number(value);
  throw new InvalidArgumentError('a whole number from 1');
}

function lineOf({ run, unit, source, target, outcome, outageSeconds, requestedBy, startedAt, reason }: PastRun): string {
  return [startedAt.slice(0, 19).concat('Z'), run, `${unit} ${source ?? '?'} → ${target}`, outcome ?? 'no outcome yet', outageSeconds === null ? 'no outage' : `outage ${outageSeconds} s`, `${requestedBy}: ${reason}`].join('  ');
}
