import type { Command } from 'commander';
import { preflight } from '../client/start.js';
import { parseNumber, parseOverride, run, subcommand, type CommonOptions } from './command.js';
import { exitOfPhase } from './exit.js';
import { renderScreen } from './render.js';
import { requestOf } from './request.js';

export function preflightCommand(): Command {
  return subcommand('preflight', 'check everything a migration needs; change nothing')
    .argument('<unit>', 'name of the DisasterRecoveryPlan')
    .requiredOption('--to <site>', 'the site to move to')
    .option('--plan-namespace <name>', 'namespace of the DisasterRecoveryPlan')
    .option('--budget <seconds>', 'longest outage that is allowed', parseNumber)
    .option('--override <check=reason>', 'go past a check that allows it; repeatable', parseOverride)
    .action((unit: string, flags: CommonOptions & { to: string; planNamespace?: string; budget?: number; override?: Record<string, string> }) =>
      run(flags, async ({ client, config, output }) => {
        const status = await preflight(client, requestOf(config, { ...flags, unit, reason: 'preflight' }));
        console.log(output === 'json' ? JSON.stringify(status) : renderScreen(status));
        return exitOfPhase(status.phase);
      }),
    );
}
