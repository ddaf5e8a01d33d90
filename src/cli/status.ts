import type { Command } from 'commander';
import { readNow } from '../client/now.js';
import { historyEvents, readStatus } from '../client/status.js';
import { run, subcommand, type CommonOptions } from './command.js';
import { exitCode, exitOfPhase } from './exit.js';
import { watchToEnd } from './migrate.js';
import { renderScreen } from './render.js';

export function statusCommand(): Command {
  return subcommand('status', 'what the newest run of an application says about itself')
    .argument('<unit>', 'name of the DisasterRecoveryPlan')
    .option('--events', 'also count the events of its history')
    .action((unit: string, flags: CommonOptions & { events?: boolean }) =>
      run(flags, async ({ client, config, output }) => {
        const status = await readStatus(client, unit);
        const now = await readNow(client, unit, Object.keys(config.sites));
        const counted = flags.events === true ? { historyEvents: await historyEvents(client, unit) } : {};
        console.log(output === 'json' ? JSON.stringify({ ...status, ...counted, now }) : renderScreen(status, now));
        if (output === 'text' && 'historyEvents' in counted) console.log(`${counted.historyEvents} history events`);
        return exitOfPhase(status.phase);
      }),
    );
}

export function watchCommand(): Command {
  return subcommand('watch', 'follow a run until it has ended')
    .argument('<unit>', 'name of the DisasterRecoveryPlan')
    .action((unit: string, flags: CommonOptions) =>
      run(flags, async (context) => {
        await readStatus(context.client, unit);
        const last = await watchToEnd(context, unit);
        return last === null ? exitCode.interrupted : exitOfPhase(last.phase);
      }),
    );
}
