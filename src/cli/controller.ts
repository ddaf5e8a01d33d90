import type { Command } from 'commander';
import { temporalAway } from '../client/away.js';
import { serveHealth } from '../health/health.js';
import { run, subcommand, type CommonOptions } from './command.js';
import { exitCode } from './exit.js';

export function controllerCommand(): Command {
  return subcommand('controller', 'watch the DR plans of every site: start runs that a patch asks for, take decisions from annotations, show status')
    .option('--health <host:port>', 'answer GET /healthz (it runs) and GET /readyz (Temporal answers) there')
    .action((flags: CommonOptions & { health?: string }) =>
      run(flags, async ({ config, client }) => {
        const stop = new AbortController();
        for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => stop.abort());
        // Loaded here: no other subcommand talks to a cluster.
        const { controllerMain } = await import('../controller/main.js');
        const served = flags.health === undefined ? null : await serveHealth(flags.health, { dead: () => null, notReady: () => temporalAway(client) });
        try {
          await controllerMain({ config, client }, stop.signal);
        } finally {
          await served?.close();
        }
        return exitCode.ok;
      }),
    );
}
