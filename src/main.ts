#!/usr/bin/env node
import { Command } from 'commander';
import { adoptCommand } from './cli/adopt.js';
import { decisionCommands } from './cli/decide.js';
import { exitCode } from './cli/exit.js';
import { keysCommand } from './cli/keys.js';
import { migrateCommand } from './cli/migrate.js';
import { preflightCommand } from './cli/preflight.js';
import { historyCommand, statusCommand, watchCommand } from './cli/status.js';

const program = new Command('changeover')
  .description('Moves a running application from one Kubernetes cluster to another, with its data and its name, without losing a write.')
  .exitOverride((error) => process.exit(error.exitCode === 0 ? exitCode.ok : exitCode.invalid));

for (const command of [adoptCommand(), preflightCommand(), migrateCommand(), statusCommand(), watchCommand(), historyCommand(), ...decisionCommands(), keysCommand()]) {
  command.copyInheritedSettings(program);
  program.addCommand(command);
}

await program.parseAsync();
