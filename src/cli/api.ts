import { Command } from 'commander';
import { serve } from '../api/serve.js';
import { configPath, loadConfig, noFiles } from '../config.js';
import { report } from './command.js';
import { exitCode } from './exit.js';

export function apiCommand(): Command {
  return new Command('api')
    .description('serve the HTTP API until it is stopped')
    .option('--config <file>', 'configuration file (default: CHANGEOVER_CONFIG, else changeover.yaml)')
    .option('--insecure-loopback', 'let everybody on this machine do everything, without authentication; on loopback addresses only')
    .action(async (flags: { config?: string; insecureLoopback?: boolean }) => {
      try {
        const serving = await serve(loadConfig(configPath(flags.config), noFiles), { insecureLoopback: flags.insecureLoopback ?? false, print: (line) => console.error(line) });
        console.log(`api ready: ${serving.url}`);
        await stopAsked();
        await serving.close();
        process.exitCode = exitCode.ok;
      } catch (error) {
        process.exitCode = report(error, 'text');
      }
    });
}

async function stopAsked(): Promise<void> {
  await new Promise<void>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve());
  });
}
