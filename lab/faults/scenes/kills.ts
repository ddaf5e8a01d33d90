import { faultComponent } from '../../fault.js';
import { waitFor } from '../../process/wait.js';
import type { Fault } from '../fault.js';
import type { Stage } from '../stage.js';

/** Every step in whose middle something can be killed, by the site whose record shows it. */
export const killableSteps: readonly (readonly [step: string, site: 'source' | 'target'])[] = [
  ['protect-volumes', 'source'],
  ['lower-ttl', 'target'],
  ['capture-application', 'source'],
  ['copy-snapshot', 'source'],
  ['stage-target', 'target'],
  ['freeze-controllers', 'source'],
  ['refresh-snapshot', 'source'],
  ['offline-source', 'source'],
  ['drain-replication', 'source'],
  ['confirm-snapshot', 'source'],
  ['swap-roles', 'source'],
  ['activate-target', 'target'],
  ['redirect-traffic', 'target'],
  ['reverse-names', 'target'],
  ['verify-protection', 'target'],
  ['thaw-target', 'target'],
  ['restore-ttl', 'target'],
  ['release-source', 'source'],
  ['finish', 'target'],
];

type Step = (typeof killableSteps)[number];

/** What is killed, and started again at once. */
interface Victim {
  /** Kebab-case; the first part of the faults' names. */
  readonly name: string;
  readonly title: string;
  readonly must: string;
  kill(stage: Stage): Promise<void>;
}

const RESTART_MS = 20_000;

/** A component is killed and started again; its port is not free at the very moment of its death. */
export async function killAndRestart(stage: Stage, id: string): Promise<void> {
  stage.say(`kill -9 of ${id}`);
  stage.say(await waitFor(() => faultComponent('restart', id), { what: `${id} to start again`, deadlineMs: RESTART_MS, intervalMs: 200 }));
}

const victims: readonly Victim[] = [
  { name: 'name-server', title: 'The primary name server', must: 'Ask again and go on; every authoritative server answers with the target in the end.', kill: (stage) => killAndRestart(stage, 'named-primary') },
];

const outageBudgetMs = 120_000;

async function killedIn(steps: readonly Step[], { victim, stage }: { victim: Victim; stage: Stage }): Promise<void> {
  await stage.migrate();
  const met: string[] = [];
  for (const [step, site] of steps) {
    if (!(await stage.begunOrOver(step, stage[site]))) break;
    met.push(step);
    await victim.kill(stage);
  }
  await stage.ended();
  const missed = steps.map(([step]) => step).filter((step) => !met.includes(step));
  // The record is free a moment after its last turn was taken; that one may be gone before it is seen.
  if (missed.some((step) => step !== 'finish') || met.length === 0) throw new Error(`the run was over before ${missed.join(', ')} was met`);
}

/** Killed in every step of one run. */
export const toursOfKills: readonly Fault[] = victims.map((victim) => ({
  name: `${victim.name}-killed-in-every-step`,
  title: `${victim.title} is killed in every step of a run`,
  how: `kill -9 each time that a step has taken its turn in the ownership record, ${killableSteps.length} times in one run; started again at once`,
  must: victim.must,
  ends: ['completed'],
  options: { outageBudgetMs },
  play: (stage) => killedIn(killableSteps, { victim, stage }),
  tests: [],
}));

/** The same in one step alone, to find out which one it was: `name-server-killed-in-redirect-traffic`. */
export const singleKills: readonly Fault[] = victims.flatMap((victim) => killableSteps.map((step) => ({
  name: `${victim.name}-killed-in-${step[0]}`,
  title: `${victim.title} is killed in the middle of ${step[0]}`,
  how: 'kill -9 once the step has taken its turn in the ownership record; started again at once',
  must: victim.must,
  ends: ['completed'] as const,
  options: { outageBudgetMs },
  play: (stage: Stage) => killedIn([step], { victim, stage }),
  tests: [],
})));

/** The worker in the middle of each step, each a run of its own. */
export const workerKills: readonly Fault[] = killableSteps.map(([step, site]) => ({
  name: `worker-killed-in-${step}`,
  title: `The worker is killed in the middle of ${step}`,
  how: 'kill -9 once the step has taken its turn in the ownership record; its supervisor starts it again',
  must: 'Go on within ten seconds of the restart and end right.',
  ends: ['completed'],
  options: { commandTimeoutMs: 2_000 },
  async play(stage) {
    await stage.migrate();
    await stage.begun(step, stage[site]);
    stage.killWorker();
    await stage.ended();
  },
  tests: [
    { file: 'test/sweep/planned-migration.test.ts', title: 'when every worker dies at any call' },
    ...(['offline-source', 'swap-roles'].includes(step) ? [{ file: 'test/migration/killed-worker.test.ts', title: '$death, $from to $to: progress within $within s of the restart, and the run ends right' }] : []),
  ],
}));
