import type { Command } from 'commander';
import { connect } from '../client/connect.js';
import { configPath, loadConfig, noFiles } from '../config.js';
import type { Finding, Result } from '../doctor/index.js';
import { report, subcommand, type CommonOptions } from './command.js';
import { exitCode } from './exit.js';

const signs: Readonly<Record<Result, string>> = { ok: 'ok   ', wrong: 'WRONG', unknown: '?    ', 'not-here': '-    ' };

export function doctorCommand(): Command {
  return subcommand('doctor', 'look at the whole installation as far as it can be seen from here; change nothing')
    .option('--site <site...>', 'sites that must be reachable from here; otherwise one whose kubeconfig is not here is only mentioned')
    .action(async (flags: CommonOptions & { site?: string[] }) => {
      try {
        // Only this command reaches clusters by itself: the others must not wait for the drivers to be read.
        const { examine, isHealthy } = await import('../doctor/index.js');
        const config = loadConfig(configPath(flags.config), noFiles);
        const findings = await examine({ config, connect: () => connect(config.temporal), required: flags.site ?? [] });
        console.log(flags.output === 'json' ? JSON.stringify({ healthy: isHealthy(findings), findings }) : findings.map(lineOf).join('\n'));
        process.exitCode = isHealthy(findings) ? exitCode.ok : exitCode.refused;
      } catch (error) {
        process.exitCode = report(error, flags.output);
      }
    });
}

function lineOf({ result, area, subject, says, advice }: Finding): string {
  return [`${signs[result]} ${area} ${subject}: ${says}`, ...(advice === null ? [] : [`        → ${advice}`])].join('\n');
}
