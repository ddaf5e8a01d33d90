import { InvalidArgumentError, type Command } from 'commander';
import { configPath, loadConfig, noFiles, userName } from '../config.js';
import { assessRun, recoverRun } from '../client/recover.js';
import { ChangeoverError } from '../domain/errors.js';
import { recoveryWays, type Assessment, type RecoverRequest } from '../domain/recovery.js';
import { report, run, subcommand, type CommonOptions, type Context } from './command.js';
import { exitCode, exitOfPhase, type ExitCode } from './exit.js';
import { watchToEnd } from './migrate.js';
import { renderAssessment } from './render-assessment.js';
import { renderByHand } from './render-by-hand.js';

interface Flags extends CommonOptions {
  way?: RecoverRequest['way'];
  reason?: string;
  planNamespace?: string;
  wait: boolean;
  print?: boolean;
}

export function recoverCommand(): Command {
  return subcommand('recover', 'take up a run whose workflow is gone; without --way it only looks and says what is open')
    .argument('<unit>', 'name of the DisasterRecoveryPlan')
    .option('--way <way>', `${recoveryWays.join(', ')}, or recommended`, parseWay)
    .option('--reason <text>', 'why; it is recorded. Needed with --way')
    .option('--plan-namespace <name>', 'namespace of the DisasterRecoveryPlan')
    .option('--no-wait', 'return as soon as the recovery has started')
    .option('--print', 'without Temporal and workers: look at the sites from here, and print the lines by which a person brings the service back')
    .action((unit: string, flags: Flags) => (flags.print === true ? print(unit, flags) : run(flags, (context) => recover(context, unit, flags))));
}

async function print(name: string, flags: Flags): Promise<void> {
  try {
    if (flags.way !== undefined) throw new ChangeoverError('Invalid', '--print goes no way: where the application can serve is told by the roles.');
    // The other ways must not wait for the drivers to be read.
    const { byHand } = await import('../by-hand/index.js');
    const config = loadConfig(configPath(flags.config), noFiles);
    const found = await byHand(config, { namespace: flags.planNamespace ?? config.planNamespace, name });
    console.log(flags.output === 'json' ? JSON.stringify(found) : renderByHand(found));
    process.exitCode = found.serves === null && found.assessment.run !== null ? exitCode.held : exitOfAssessment(found.assessment);
  } catch (error) {
    process.exitCode = report(error, flags.output);
  }
}

async function recover(context: Context, name: string, flags: Flags): Promise<ExitCode> {
  const { client, config, output } = context;
  const { way, reason } = flags;
  if (way !== undefined && (reason === undefined || reason.trim() === '')) throw new ChangeoverError('Invalid', 'With --way a --reason is needed; it is recorded.');
  const of = { unit: { namespace: flags.planNamespace ?? config.planNamespace, name }, sites: Object.keys(config.sites) };
  const assessment = await assessRun(client, of);
  if (way === undefined || reason === undefined) {
    console.log(output === 'json' ? JSON.stringify(assessment) : renderAssessment(assessment));
    return exitOfAssessment(assessment);
  }
  if (assessment.run === null) throw new ChangeoverError('Refused', `${name} cannot be recovered; nothing was changed.`, { reasons: assessment.reasons });
  const requestedBy = { name: userName(), verified: false, via: 'cli' } as const;
  const started = await recoverRun(client, { ...of, run: assessment.run, way, reason, requestedBy, requestedAt: new Date().toISOString() }, assessment.target);
  if (output === 'text') console.log(`run ${started.run} is taken up again; workflow ${started.workflowId}`);
  if (!flags.wait) {
    if (output === 'json') console.log(JSON.stringify(started));
    return exitCode.ok;
  }
  const last = await watchToEnd(context, name);
  if (last === null) return exitCode.interrupted;
  if (last.endedAt === null) throw new ChangeoverError('Refused', last.headline);
  // To be undone is what was asked for.
  return last.phase === 'undone' && last.debts.length === 0 ? exitCode.ok : last.debts.length > 0 ? exitCode.debts : exitOfPhase(last.phase);
}

function exitOfAssessment({ run: lost, advice, reasons }: Assessment): ExitCode {
  if (lost === null) return reasons.some((reason) => reason.includes('nothing to recover')) ? exitCode.notFound : exitCode.refused;
  return advice?.kind === 'held' ? exitCode.held : exitCode.ok;
}

function parseWay(value: string): RecoverRequest['way'] {
  const known = [...recoveryWays, 'recommended' as const].find((way) => way === value);
  if (known === undefined) throw new InvalidArgumentError(`${recoveryWays.join(', ')} or recommended`);
  return known;
}
