import { randomUUID } from 'node:crypto';
import type { Command } from 'commander';
import { userName } from '../config.js';
import { decide } from '../client/decide.js';
import { newestRunId, recordedIfRejected } from '../client/rejections.js';
import { readStatus } from '../client/status.js';
import { ChangeoverError } from '../domain/errors.js';
import { readDecision } from '../domain/decisions.js';
import { kindAt, type SiteVerb } from '../domain/site-decision.js';
import type { Decision, DecisionKind, DecisionRecord } from '../domain/status.js';
import { typedFor } from '../domain/vouched.js';
import { journalOnDemand } from '../drivers/journal/index.js';
import { decideByAnnotation, withAnnotationOptions, type AnnotationFlags } from './by-annotation.js';
import { parseNumber, run, subcommand, type CommonOptions, type Context } from './command.js';
import { exitCode } from './exit.js';

interface Flags extends CommonOptions, AnnotationFlags {
  reason: string;
  step?: string;
  id?: string;
  statement?: string;
  run?: string;
  deadline?: number;
  force?: boolean;
  for?: number;
  digest?: string;
}

const verbs: readonly (readonly [DecisionKind, string])[] = [
  ['retry', 'try a held step again'],
  ['skip', 'go on without a held step, where that is possible'],
  ['turn-back', 'after the line: stop the application at the target and start it at the source again'],
  ['go-forward', 'give a way back up before its line, or an undo where the target alone is Primary: start the application at the target'],
  ['pause', 'stop between two steps; never inside the outage'],
  ['resume', 'go on after a pause'],
  ['cancel', 'before the line: undo everything; after it: recorded'],
  ['approve', 'let the outage begin'],
  ['reject', 'do not let it begin; everything is undone'],
  ['ack', 'say that you have taken the incident'],
];

/** One subcommand a decision. */
export function decisionCommands(): readonly Command[] {
  return [...verbs.map(([kind, description]) => decisionCommand(kind, description)), attestCommand(), promoteCommand()];
}

function base(name: string, description: string): Command {
  const command = subcommand(name, description)
    .argument('<unit>', 'name of the DisasterRecoveryPlan')
    .requiredOption('--reason <text>', 'why; it is recorded')
    .option('--step <name>', 'the step it is about')
    .option('--run <id>', 'the run it is for; another one refuses it')
    .option('--id <id>', 'makes the decision idempotent (default: a new one)');
  return withAnnotationOptions(command);
}

function decisionCommand(kind: DecisionKind, description: string): Command {
  return withOwnOptions(base(kind, description), kind).action((unit: string, flags: Flags) => send(unit, kind, flags));
}

/** What only this kind of decision takes. */
function withOwnOptions(command: Command, kind: DecisionKind): Command {
  if (kind === 'retry') return command.option('--deadline <seconds>', 'how long the next attempt may take, all its tries together', parseNumber);
  if (kind === 'approve') return command.option('--digest <digest>', 'what you approve, as the status shows it; anything else by then is refused');
  if (kind === 'pause') return command.option('--force', 'inside the outage too; needs an end').option('--for <seconds>', 'with --force: when the run goes on by itself, within the budget of the outage', parseNumber);
  return command;
}

function attestCommand(): Command {
  return base('attest', 'vouch that a site is off and cannot write')
    .argument('<site>', 'the site that is off')
    .requiredOption('--statement <text>', 'type exactly: SITE is off')
    .action((unit: string, site: string, flags: Flags) => aboutSite(unit, site, { flags, verb: 'attest', says: `attests that ${site} is off` }));
}

function promoteCommand(): Command {
  return base('promote', 'where both sites are Primary, or none is: make this one the only Primary; the other loses what only it has')
    .argument('<site>', 'the site that shall be Primary')
    .requiredOption('--statement <text>', 'type exactly, of the other site: what only SITE has is lost')
    .action((unit: string, site: string, flags: Flags) => aboutSite(unit, site, { flags, verb: 'promote', says: `makes ${site} the only Primary` }));
}

/** A decision about one of the two sites, whose cost is typed word by word. `says`: what is recorded, after the name of who decided. */
function aboutSite(unit: string, site: string, { flags, verb, says }: { flags: Flags; verb: SiteVerb; says: string }): Promise<void> {
  if (flags.byAnnotation === true) return decideByAnnotation(unit, { ...written(flags), kind: verb, site }, flags);
  return run(flags, async ({ client, config, output }) => {
    const status = await readStatus(client, unit);
    const meant = kindAt(verb, site, status);
    if ('problem' in meant) throw new ChangeoverError('Invalid', meant.problem);
    const { kind } = meant;
    const statement = typedFor(kind, status)?.statement ?? '';
    if (flags.statement !== statement) throw new ChangeoverError('Invalid', `Type exactly: --statement "${statement}"`);
    const record = await sent({ client, config }, unit, decision(flags, kind));
    console.log(output === 'json' ? JSON.stringify(record) : `recorded: ${record.by} ${says}`);
    return exitCode.ok;
  });
}

function send(unit: string, kind: DecisionKind, flags: Flags): Promise<void> {
  if (flags.byAnnotation === true) return decideByAnnotation(unit, { ...written(flags), kind }, flags);
  return run(flags, async ({ client, config, output }) => {
    const record = await sent({ client, config }, unit, decision(flags, kind));
    console.log(output === 'json' ? JSON.stringify(record) : `recorded: ${record.kind}${record.step === null ? '' : ` ${record.step}`} by ${record.by}; see changeover status ${unit}`);
    return exitCode.ok;
  });
}

function sent({ client, config }: Pick<Context, 'client' | 'config'>, unit: string, decision: Decision): Promise<DecisionRecord> {
  return recordedIfRejected(decision, () => decide(client, unit, decision), { use: journalOnDemand(config.journal), run: () => newestRunId(client, unit) });
}

function written(flags: Flags) {
  const { run: runId, digest, force } = flags;
  const seconds = flags.deadline ?? flags.for;
  const more = {
    ...(runId === undefined ? {} : { run: runId }),
    ...(digest === undefined ? {} : { digest }),
    ...(seconds === undefined ? {} : { seconds: String(seconds) }),
    ...(force === true ? { force: 'true' } : {}),
  };
  return { id: flags.id ?? randomUUID(), step: flags.step ?? null, reason: flags.reason, statement: flags.statement ?? null, ...(Object.keys(more).length === 0 ? {} : { more }) };
}

function decision(flags: Flags, kind: DecisionKind): Decision {
  const { more, ...rest } = written(flags);
  const read = readDecision({ ...rest, ...more, kind, by: userName(), via: 'cli' }, rest.id);
  if ('problem' in read) throw new ChangeoverError('Invalid', read.problem);
  return read.decision;
}
