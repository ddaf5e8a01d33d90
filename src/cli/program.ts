import { Command } from 'commander';
import { adoptCommand } from './adopt.js';
import { auditCommand } from './audit.js';
import { apiCommand } from './api.js';
import { crdsCommand } from './crds.js';
import { controllerCommand } from './controller.js';
import { decisionCommands } from './decide.js';
import { doctorCommand } from './doctor.js';
import { exitCode } from './exit.js';
import { historyCommand } from './history.js';
import { keysCommand } from './keys.js';
import { migrateCommand } from './migrate.js';
import { preflightCommand } from './preflight.js';
import { recoverCommand } from './recover.js';
import { reportCommand } from './report.js';
import { statusCommand, watchCommand } from './status.js';
import { uninstallCommand } from './uninstall.js';
import { workersCommand } from './workers.js';

/** The `changeover` command with all its subcommands. */
export function createProgram(): Command {
  const program = new Command('changeover')
    .description('Moves a running application from one Kubernetes cluster to another, with its data and its name, without losing a write.')
    .exitOverride((error) => process.exit(error.exitCode === 0 ? exitCode.ok : exitCode.invalid));
  for (const command of [adoptCommand(), preflightCommand(), migrateCommand(), statusCommand(), watchCommand(), historyCommand(), auditCommand(), reportCommand(), ...decisionCommands(), recoverCommand(), keysCommand(), crdsCommand(), apiCommand(), controllerCommand(), workersCommand(), doctorCommand(), uninstallCommand()]) {
    command.copyInheritedSettings(program);
    for (const nested of command.commands) nested.copyInheritedSettings(command);
    program.addCommand(command);
  }
  return program;
}
