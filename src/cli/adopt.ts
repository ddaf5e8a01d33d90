import type { Command } from 'commander';
import { adoptUnit } from '../client/start.js';
import { run, subcommand, type CommonOptions } from './command.js';
import { exitCode } from './exit.js';

export function adoptCommand(): Command {
  return subcommand('adopt', 'take an application under management: write ownership where plan, roles and the running application agree')
    .argument('<unit>', 'name of the DisasterRecoveryPlan')
    .option('--plan-namespace <name>', 'namespace of the DisasterRecoveryPlan')
    .action((unit: string, flags: CommonOptions & { planNamespace?: string }) =>
      run(flags, async ({ client, config, output }) => {
        const adoption = await adoptUnit(client, { unit: { namespace: flags.planNamespace ?? config.planNamespace, name: unit }, sites: Object.keys(config.sites) });
        console.log(output === 'json' ? JSON.stringify(adoption) : `${adoption.unit} is adopted: ${adoption.writer} may write (epoch ${adoption.epoch}; members ${adoption.members.join(', ')})`);
        return exitCode.ok;
      }),
    );
}
