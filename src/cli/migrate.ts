import type { Command } from 'commander';
import { follow } from '../client/follow.js';
import { startMigration } from '../client/start.js';
import type { Status } from '../domain/status.js';
import { parseNumber, parseOverride, run, subcommand, type CommonOptions, type Context } from './command.js';
import { exitCode, exitOfPhase, type ExitCode } from './exit.js';
import { Progress } from './render.js';
import { requestOf } from './request.js';

interface Flags extends CommonOptions {
  to: string;
  reason: string;
  planNamespace?: string;
  expectedPrimary?: string;
  budget?: number;
  waitTtl: boolean;
  approver?: string[];
  approvalExpires?: number;
  approvals?: number;
  wait: boolean;
  override?: Record<string, string>;
}

export function migrateCommand(): Command {
  return subcommand('migrate', 'move an application to another site, with its data and its name')
    .argument('<unit>', 'name of the DisasterRecoveryPlan')
    .requiredOption('--to <site>', 'the site to move to')
    .requiredOption('--reason <text>', 'why; it is recorded')
    .option('--plan-namespace <name>', 'namespace of the DisasterRecoveryPlan')
    .option('--expected-primary <site>', 'refuse when another site is primary by now')
    .option('--budget <seconds>', 'longest outage before the run undoes itself', parseNumber)
    .option('--no-wait-ttl', 'do not wait until caches have forgotten the old TTL')
    .option('--approver <name...>', 'wait for the approval of one of these people before the outage')
    .option('--approvals <number>', 'how many of them must; of two or more none may be who asks', parseNumber)
    .option('--approval-expires <seconds>', 'how long to wait for it', parseNumber)
    .option('--override <check=reason>', 'go past a check that allows it; repeatable', parseOverride)
    .option('--no-wait', 'return as soon as the run has started')
    .action((unit: string, flags: Flags) => run(flags, (context) => migrate(context, { ...flags, unit })));
}

async function migrate(context: Context, flags: Flags & { unit: string }): Promise<ExitCode> {
  const request = requestOf(context.config, flags);
  const started = await startMigration(context.client, request);
  const say = context.output === 'json' ? () => {} : (line: string) => console.log(line);
  if (started.found) console.error(`run ${started.run} of ${flags.unit} is at work already; no other was started`);
  else say(`run ${started.run} started; workflow ${started.workflowId}`);
  if (!flags.wait) {
    if (context.output === 'json') console.log(JSON.stringify(started));
    return started.found ? exitCode.busy : exitCode.ok;
  }
  const last = await watchToEnd(context, flags.unit);
  if (last === null) return exitCode.interrupted;
  return started.found ? exitCode.busy : exitOfPhase(last.phase);
}

/** Follows a run until it ended; JSON output prints the last status only. Ctrl-C stops watching, never the run. */
export async function watchToEnd(context: Context, unit: string): Promise<Status | null> {
  const stop = new AbortController();
  const onInterrupt = () => {
    console.error(`\nno longer watching; the run goes on. See: changeover status ${unit}`);
    stop.abort();
  };
  process.once('SIGINT', onInterrupt);
  const progress = new Progress((line) => console.log(line));
  let last: Status | null = null;
  let complained = '';
  const onUnreachable = (message: string) => {
    if (message !== complained) console.error(message);
    complained = message;
  };
  for await (const status of follow(context.client, unit, { signal: stop.signal, onUnreachable })) {
    last = status;
    complained = '';
    if (context.output === 'text') progress.show(status);
  }
  process.off('SIGINT', onInterrupt);
  if (stop.signal.aborted) return null;
  if (context.output === 'json') console.log(JSON.stringify(last));
  else if (last !== null) for (const reason of last.refusals) console.error(`  - ${reason}`);
  return last;
}
