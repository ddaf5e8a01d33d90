import type { Command } from 'commander';
import { run, subcommand, type CommonOptions } from './command.js';
import { exitCode } from './exit.js';

export function controllerCommand(): Command {
  return subcommand('controller', 'watch the DR plans of every site: start runs that a patch asks for, take decisions from annotations, show status').action((flags: CommonOptions) =>
    run(flags, async ({ config, client }) => {
      const stop = new AbortController();
      for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => stop.abort());
      // Loaded here: no other subcommand talks to a cluster.
      const { controllerMain } = await import('../controller/main.js');
      await controllerMain({ config, client }, stop.signal);
      return exitCode.ok;
    }),
  );
}
