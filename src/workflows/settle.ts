import { ApplicationFailure, sleep } from '@temporalio/workflow';
import type { RoleReading } from '../activities/inspection.js';
import { isPromotion, isUnsettled, type Promotion } from '../domain/promotion.js';
import type { Drained } from '../domain/proofs.js';
import { decide, type HeldReason, type Verdict, type Way } from '../domain/roles.js';
import type { Choice, HeldChoice, HeldStatus } from '../domain/status.js';
import { unswappedSentence } from '../domain/unswapped.js';
import { now } from './board.js';
import { explain } from './failures.js';
import type { Migration } from './migration.js';
import { promote, promotions, replicateAgain, unswappedOf, type Readings } from './promote.js';
import type { StepRun } from './step.js';

const step = { name: 'swap-roles', title: 'Swapping the replication roles' };

export interface Settling {
  readonly outcomeKnown: boolean;
  /** Null: the run does not have it. */
  readonly drained: Drained | null;
}

/**
 * Reads the roles until the table gives a verdict that needs no person, or a person gave one. Null: unchanged and quiet, and the
 * record no longer says that a swap may be under way. `outcomeKnown` false: a command may still act until two readings of both
 * sites, one command timeout apart, agree; readings that could not be had do not count. `drained`: the proof the swap was tried with.
 */
export async function settle(migration: Migration, run: StepRun, { outcomeKnown, drained }: Settling): Promise<'migrate' | 'takeover' | null> {
  let by: 'migrate' | 'takeover' = 'migrate';
  let promotion: Promotion | null = null;
  let problem: string | null = null;
  for (let known = outcomeKnown; ; ) {
    const reading = await readRoles(migration, run, known);
    known ||= reading.source.role !== 'unreadable' && reading.target.role !== 'unreadable';
    const verdict = decide({ source: reading.source.role, target: reading.target.role });
    if (verdict.kind !== 'held' && promotion !== null) {
      await promoted(migration, promotion, { reading, swapped: verdict.kind === 'swapped' });
      promotion = null;
    }
    if (verdict.kind === 'swapped') return by;
    if (verdict.kind === 'unchanged') {
      if (await uncrossed(migration, run)) return null;
      continue;
    }
    const way = await askPerson(migration, { verdict, reading, problem, promoting: await promotions(migration, verdict.reason, drained), isDrained: drained !== null });
    problem = null;
    if (way === 'retry') continue;
    // What was read before the person decided may be hours old, and a site that can be read is believed more than anybody.
    const { source, target } = await readBoth(migration, run);
    if (isPromotion(way) && isUnsettled(verdict.reason)) {
      const tried = await promote(migration, way, { reason: verdict.reason, shown: reading, now: { source, target } });
      ({ outcomeKnown: known, problem } = tried);
      promotion = way;
      by = 'takeover';
    }
    if (way === 'attest-source-off' && source.role === 'unreadable') {
      if (target.role === 'primary') return by;
      by = 'takeover';
      if (target.role === 'secondary' && (await takeOver(migration, run))) return by;
      known = false;
    }
    if (way === 'attest-target-off' && target.role === 'unreadable' && source.role === 'primary' && (await uncrossed(migration, run))) return null;
  }
}

/** One site alone is Primary, after a person chose one: replication runs again, and a source that was chosen is not swapped again. */
async function promoted(migration: Migration, way: Promotion, { reading: { source, target }, swapped }: { reading: Readings; swapped: boolean }): Promise<void> {
  if (swapped !== (way === 'promote-target')) return;
  if (!swapped) migration.attestations.add(way);
  await replicateAgain(migration, swapped ? target.site : source.site, swapped ? source : target);
}

/** The record stops saying that a swap may be under way. Until it could be written the run is held here: an undo would be refused by it. */
async function uncrossed(migration: Migration, run: StepRun): Promise<boolean> {
  try {
    await migration.stepRun(step, 'undo').at(run.source).ensureNotCrossing();
    return true;
  } catch (error) {
    await migration.hold({ step: step.name, error, choices: [{ choice: 'retry', effect: again }] });
    return false;
  }
}

/** The drained proof says that the target has every acknowledged write, so taking over loses none. */
async function takeOver(migration: Migration, run: StepRun): Promise<boolean> {
  try {
    // Tried once, in whatever mood the roles are read.
    const result = await migration.stepRun(step, 'cross').at(run.target).takeRole({});
    migration.board.command({ site: run.target, ...result });
  } catch (error) {
    migration.board.headline(explain(error).message);
  }
  const target = await readRole(migration, run, run.target);
  return target.role === 'primary';
}

async function readBoth(migration: Migration, run: StepRun): Promise<Readings> {
  const [source, target] = await Promise.all([readRole(migration, run, run.source), readRole(migration, run, run.target)]);
  return { source, target };
}

/** After so many readings that settled nothing a person is told. */
const QUIET_READINGS = 3;
/** While a person is asked, the readings go on, ever more slowly: a night of them must fit into the history. */
const SLOWEST_MS = 15 * 60_000;

/**
 * Both roles, read side by side. A received exit settles that no command can still act; without one, they are read again and again,
 * one command timeout apart, until two readings agree and nothing is alive. A command that never ends is held, and settles by itself when it does.
 */
async function readRoles(migration: Migration, run: StepRun, known: boolean): Promise<Readings> {
  const { board, desk } = migration;
  let latest = await readBoth(migration, run);
  let pause = migration.options.commandTimeoutMs;
  let shown: HeldStatus | null = null;
  for (let settled = known, reading = 1; !settled; reading += 1) {
    if (shown === null) board.headline('The outcome of the role swap is unclear: reading the roles until nothing can still act');
    if (shown === null && reading > QUIET_READINGS) {
      desk.forget(step.name);
      board.hold((shown = unclear(latest)));
    }
    if (shown === null) await sleep(pause, { summary: 'one command timeout between two readings' });
    else await desk.nextWithin(['retry'], step.name, pause);
    const newer = await readBoth(migration, run);
    const same = newer.source.role === latest.source.role && newer.target.role === latest.target.role;
    const alive = newer.source.liveCommands + newer.target.liveCommands;
    settled = same && alive === 0;
    // Something moved: the reading that confirms it comes one command timeout later, however long the run has waited.
    pause = same && shown !== null ? Math.min(pause * 2, SLOWEST_MS) : migration.options.commandTimeoutMs;
    latest = newer;
  }
  if (shown !== null) board.release(shown, 'Nothing can still act on the roles');
  return latest;
}

function unclear({ source, target }: Readings): HeldStatus {
  const site = ({ site: name, role, state }: RoleReading) => `${name} is ${role} (${state})`;
  return {
    step: step.name,
    since: now(),
    code: 'OutcomeUnknown',
    error: `A role command may still be at work, so nothing is started anywhere: ${site(source)}, ${site(target)}.`,
    advice: 'See the command on the site, end it or let it end; the run goes on by itself when nothing can still act.',
    choices: [{ choice: 'retry', effect: 'The roles are read again at once.' }],
  };
}

async function readRole(migration: Migration, run: StepRun, site: string): Promise<RoleReading> {
  let reading: RoleReading;
  try {
    reading = await run.at(site).observeRole();
  } catch (error) {
    reading = { site, at: now(), role: 'unreadable', state: explain(error).message, liveCommands: 0 };
  }
  // Only the role is read here.
  const writable = reading.role === 'primary' ? 'yes' : reading.role === 'secondary' ? 'no' : 'unknown';
  const seen = migration.board.read().sites.find((one) => one.site === site);
  const workloads = seen === undefined ? 'not read' : seen.workloads.includes('not read again') ? seen.workloads : `${seen.workloads}, fence ${seen.fence} at ${seen.at.slice(11, 19)}Z, not read again`;
  migration.board.site({ site, at: reading.at, role: reading.role, writable, fence: 'unknown', workloads });
  return reading;
}

const again = 'The roles are read again; nothing is changed.';

/** A way on with what it does and loses here; null: it would lead nowhere. Promotions are told with what both sites say. */
function offered(migration: Migration, way: Way, { reading: { source, target }, isDrained }: Asked): HeldChoice | null {
  const unit = migration.plan.unit.name;
  const unswapped = unswappedOf(migration);
  if (way === 'retry') return { choice: way, effect: again };
  if (way === 'attest-source-off') {
    if (target.role === 'unreadable') return null;
    const then = target.role === 'primary' ? `${target.site} is Primary, and ${unit} is started there.` : `${target.site} takes the role, and ${unit} is started there.`;
    const effect = `You vouch that ${source.site} cannot write. ${then}`;
    const unproven = `what only ${source.site} has; how much of it was acknowledged cannot be known (no proof is left that ${target.site} had every write of ${source.site})`;
    return { choice: way, effect, ...(isDrained || target.role === 'primary' ? {} : { loses: unproven }) };
  }
  // The way home from there needs an answer of the site that is said to be off.
  if (way !== 'attest-target-off' || source.role !== 'primary' || unswapped === 'turns-back') return null;
  return { choice: way, effect: `You vouch that ${target.site} cannot write. ${unswappedSentence(unswapped, { source: source.site, unit })}` };
}

const reasons: Readonly<Record<HeldReason, (source: string, target: string) => string>> = {
  'both-primary': () => 'Both sites say that they are Primary',
  'neither-primary': () => 'No site is Primary',
  'source-unreadable': (source) => `The role at ${source} cannot be read`,
  'target-unreadable': (_, target) => `The role at ${target} cannot be read`,
  'nothing-readable': () => 'No role can be read at either site',
};

function whatIs(reason: HeldReason, { source, target }: Readings, isDrained: boolean): string {
  const site = ({ site: name, role, state }: RoleReading) => `${name} is ${role} (${state})`;
  return `${reasons[reason](source.site, target.site)} (${reason}): ${site(source)}, ${site(target)}.${isDrained ? ` Before the swap the application was stopped, and ${target.site} had every write.` : ''}`;
}

/** What to do first, since the first way on is not always the right one. */
const advices: Readonly<Record<HeldReason, (source: string, target: string) => string>> = {
  'both-primary': () => 'Keep it stopped and see who commanded a role (the last command under "Facts", and the storage\'s log on both sites); then promote the site whose data shall stay.',
  'neither-primary': (source, target) => `Promote ${target} to go on, or ${source} to stay there; what each loses stands with it.`,
  'source-unreadable': (source) => `Restore the connection to ${source}, then retry; attest only if ${source} is off for certain and cannot come back by itself.`,
  'target-unreadable': (_, target) => `Restore the connection to ${target}, then retry; attest, where it is offered, only if ${target} is off for certain and cannot come back by itself.`,
  'nothing-readable': () => 'Mostly it is our own connection that is broken: see changeover doctor, restore the connection to one site, then retry.',
};

interface Asked {
  readonly verdict: Extract<Verdict, { kind: 'held' }>;
  readonly reading: Readings;
  readonly promoting: readonly HeldChoice[];
  /** The run has the proof that the target had every write. */
  readonly isDrained: boolean;
  /** Why what a person decided before was not done; null: nothing was. */
  readonly problem: string | null;
}

async function askPerson(migration: Migration, asked: Asked): Promise<Choice> {
  const { verdict, reading, promoting, problem } = asked;
  const { source, target } = reading;
  const { reason } = verdict;
  migration.board.writer(reason === 'neither-primary' ? null : 'unknown');
  const whatItIs = whatIs(reason, reading, asked.isDrained);
  const choices = verdict.ways.flatMap((way) => offered(migration, way, asked) ?? []);
  // Nothing repairs two Primaries, or none, by itself: it would be a guess whose writes count.
  const untilRepaired = (choice: HeldChoice): HeldChoice => (choice.choice === 'retry' ? { ...choice, effect: "The roles are read again; that helps only after one site alone was given the role, by a promotion or with the storage's own commands." } : choice);
  return migration.hold({
    step: step.name,
    error: ApplicationFailure.nonRetryable(problem === null ? whatItIs : `${problem} ${whatItIs}`, 'NeedsDecision'),
    advice: advices[reason](source.site, target.site),
    choices: [...(isUnsettled(reason) ? choices.map(untilRepaired) : choices), ...promoting],
  });
}
