import { ApplicationFailure, CancellationScope, sleep } from '@temporalio/workflow';
import type { RoleReading } from '../activities/inspection.js';
import type { SwapProofs } from '../activities/crossing.js';
import type { RolesSwapped } from '../domain/proofs.js';
import { decide, type Verdict, type Way } from '../domain/roles.js';
import type { CommandResult } from '../ports/replication.js';
import { now } from './board.js';
import { explain, failure } from './failures.js';
import type { Migration } from './migration.js';
import type { StepRun } from './step.js';

const step = { name: 'swap-roles', title: 'Swapping the replication roles' };

/** Swaps are tried again within the budget this often before the run undoes itself. */
const TRIES = 3;

/** Failures that arise before the command is started: nothing can still act because of them. */
const notCommanded = new Set(['ProofStale', 'NotFenced', 'StillRunning', 'RoleChanged']);

/**
 * The line. Scheduled once per try, never cancelled in the middle; what became of the roles is read on both sites and judged
 * by one table. Returns the proof that the target is Primary; throws where the table says *unchanged* and the budget or the
 * tries are used up, so that what stands around it undoes itself. `prove` reads fresh proofs for another try.
 */
export async function cross(migration: Migration, proofs: SwapProofs, prove: () => Promise<SwapProofs>): Promise<RolesSwapped> {
  return CancellationScope.nonCancellable(async () => {
    const { board, plan } = migration;
    board.phase('crossing', 'Crossing the line: swapping the roles');
    board.line('crossing');
    for (let attempt = 1, current = proofs; ; attempt += 1) {
      board.step(step.name, { title: step.title, state: 'running', startedAt: now(), endedAt: null, attempt, note: null });
      const run = migration.stepRun(step, 'cross');
      const command = await swapOnce(run, current);
      if (command.result !== null) board.command({ site: run.source, ...command.result });
      const verdict = await settle(migration, run, command.outcomeKnown);
      if (verdict === 'swapped' || verdict === 'taken-over') {
        board.step(step.name, { state: 'done', endedAt: now(), note: `source Secondary, target Primary (${verdict === 'swapped' ? 'migrate' : 'takeover'})` });
        board.line('after');
        board.phase('forward', 'The target is Primary');
        return { kind: 'roles-swapped', run: plan.run, epoch: plan.epoch, at: now(), source: 'secondary', target: 'primary', by: verdict === 'swapped' ? 'migrate' : 'takeover' };
      }
      await migration.stepRun(step, 'undo').at(run.source).ensureNotCrossing();
      board.step(step.name, { state: 'failed', endedAt: now(), note: command.problem });
      board.line('before');
      const outage = board.read().outage;
      const late = outage?.deadline != null && Date.now() >= Date.parse(outage.deadline);
      if (attempt >= TRIES || late || board.read().cancelRequested || migration.attestations.has('attest-target-off')) {
        throw failure('SwapFailed', `The roles are unchanged after ${attempt} ${attempt === 1 ? 'try' : 'tries'}: ${command.problem}`);
      }
      board.line('crossing');
      current = await prove();
    }
  });
}

interface Commanded {
  readonly result: CommandResult | null;
  /** False: a command may still act; the roles need two quiet readings, one command timeout apart. */
  readonly outcomeKnown: boolean;
  readonly problem: string;
}

async function swapOnce(run: StepRun, proofs: SwapProofs): Promise<Commanded> {
  try {
    const result = await run.at(run.source).swapRoles({ ...proofs });
    return { result, outcomeKnown: result.exitCode !== null, problem: `${result.command} exited with ${result.exitCode ?? 'no status'}: ${result.output}` };
  } catch (error) {
    const { code, message } = explain(error);
    return { result: null, outcomeKnown: notCommanded.has(code), problem: message };
  }
}

/** Reads the roles until the table gives a verdict that needs no person, or a person gave one. */
async function settle(migration: Migration, run: StepRun, outcomeKnown: boolean): Promise<'swapped' | 'taken-over' | 'unchanged'> {
  let by: 'swapped' | 'taken-over' = 'swapped';
  for (let isKnown = outcomeKnown; ; isKnown = true) {
    const reading = await readRoles(migration, run, isKnown);
    const verdict = decide({ source: reading.source.role, target: reading.target.role });
    if (verdict.kind === 'swapped') return by;
    if (verdict.kind === 'unchanged') return 'unchanged';
    const way = await askPerson(migration, verdict, reading);
    if (way === 'attest-source-off' && reading.target.role === 'primary') return by;
    if (way === 'attest-source-off' && reading.target.role === 'secondary') {
      by = 'taken-over';
      if (await takeOver(migration, run)) return by;
    }
    if (way === 'attest-target-off' && reading.source.role === 'primary') return 'unchanged';
  }
}

/** The drained proof says that the target has every acknowledged write, so taking over loses none. */
async function takeOver(migration: Migration, run: StepRun): Promise<boolean> {
  try {
    const result = await run.at(run.target).takeRole();
    migration.board.command({ site: run.target, ...result });
  } catch (error) {
    migration.board.headline(explain(error).message);
  }
  const target = await readRole(migration, run, run.target);
  return target.role === 'primary';
}

interface Readings {
  readonly source: RoleReading;
  readonly target: RoleReading;
}

/**
 * Both roles, read side by side. A received exit settles that no command can still act; without one, they are read again and again,
 * one command timeout apart, until two readings agree and nothing is alive.
 */
async function readRoles(migration: Migration, run: StepRun, outcomeKnown: boolean): Promise<Readings> {
  const both = async () => {
    const [source, target] = await Promise.all([readRole(migration, run, run.source), readRole(migration, run, run.target)]);
    return { source, target };
  };
  let latest = await both();
  for (let settled = outcomeKnown; !settled; ) {
    migration.board.headline('The outcome of the role swap is unclear: reading the roles until nothing can still act');
    await sleep(migration.request.options.commandTimeoutMs, { summary: 'one command timeout between two readings' });
    const again = await both();
    settled = again.source.role === latest.source.role && again.target.role === latest.target.role && again.source.liveCommands + again.target.liveCommands === 0;
    latest = again;
  }
  return latest;
}

async function readRole(migration: Migration, run: StepRun, site: string): Promise<RoleReading> {
  let reading: RoleReading;
  try {
    reading = await run.at(site).observeRole();
  } catch (error) {
    reading = { site, at: now(), role: 'unreadable', state: explain(error).message, liveCommands: 0 };
  }
  migration.board.site({ site, at: reading.at, role: reading.role, writable: reading.role === 'primary' ? 'yes' : reading.role === 'secondary' ? 'no' : 'unknown', fence: site === run.source ? 'on' : 'on', workloads: 'stopped' });
  return reading;
}

const effects: Readonly<Record<Way, string>> = {
  retry: 'The roles are read again; nothing is changed.',
  'promote-source': 'The source becomes Primary.',
  'promote-target': 'The target becomes Primary.',
  'attest-source-off': 'You vouch that the source cannot write; the target is Primary or is made so. No acknowledged write is lost: it had them all.',
  'attest-target-off': 'You vouch that the target cannot write; the run undoes itself and the source serves again.',
};

/** What is built today of the table's ways. Promoting from both or neither needs the loss shown side by side, and is done by hand until then. */
const built: ReadonlySet<Way> = new Set(['retry', 'attest-source-off', 'attest-target-off']);

async function askPerson(migration: Migration, verdict: Extract<Verdict, { kind: 'held' }>, reading: Readings): Promise<Way | 'skip'> {
  const { source, target } = reading;
  const usable = (way: Way) =>
    built.has(way) && (way !== 'attest-source-off' || target.role !== 'unreadable') && (way !== 'attest-target-off' || source.role === 'primary');
  migration.board.writer(verdict.reason === 'both-primary' ? 'unknown' : source.role === 'primary' || target.role === 'primary' ? 'unknown' : null);
  return migration.hold({
    step: step.name,
    error: ApplicationFailure.nonRetryable(`${verdict.reason}: source ${source.site} is ${source.role} (${source.state}), target ${target.site} is ${target.role} (${target.state}).`, 'NeedsDecision'),
    choices: verdict.ways.filter(usable).map((choice) => ({ choice, effect: effects[choice] })),
  });
}
