import type { Command } from 'commander';
import { makeCurrent, readBuilds, retire, type Build, type Deployments } from '../temporal/builds.js';
import { run, subcommand, type CommonOptions } from './command.js';
import { exitCode, type ExitCode } from './exit.js';

interface Flags extends CommonOptions {
  makeCurrent?: string;
  retire?: string;
}

export function workersCommand(): Command {
  return subcommand('workers', 'the builds of the control worker: which is current, which runs are open on each, and who serves them')
    .option('--make-current <build>', 'let new runs begin on this build')
    .option('--retire <build>', 'take a build out of the list; refused while a run is open on it')
    .action((flags: Flags) =>
      run(flags, async ({ client, config, output }): Promise<ExitCode> => {
        const at: Deployments = { service: client.workflowService, namespace: config.temporal.namespace };
        if (flags.makeCurrent !== undefined) await makeCurrent(at, flags.makeCurrent);
        if (flags.retire !== undefined) await retire(at, flags.retire);
        const builds = await readBuilds(at);
        if (output === 'json') console.log(JSON.stringify(builds));
        else console.log([...builds.builds.map(lineOf), ...builds.unversionedWorkers.map((worker) => `${worker} serves runs of no build`)].join('\n') || 'no control worker has polled yet');
        return exitCode.ok;
      }),
    );
}

function lineOf({ buildId, isCurrent, workers, openRuns }: Build): string {
  const polled = workers.length === 0 ? 'no worker polls' : `polled by ${workers.join(', ')}`;
  const open = openRuns.length === 0 ? 'nothing open on it' : `open on it: ${openRuns.join(', ')}${workers.length === 0 ? ' (nobody serves them)' : ''}`;
  return `${buildId}  ${isCurrent ? 'current' : 'not current'}  ${polled}; ${open}`;
}
