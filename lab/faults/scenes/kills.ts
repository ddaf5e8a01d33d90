import { faultComponent } from '../../fault.js';
import { waitFor } from '../../process/wait.js';
import { siteNames } from '../../settings.js';
import type { Fault } from '../fault.js';
import type { Stage } from '../stage.js';
import { retrying, startedAgain, type Beside } from './attended.js';

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
  /** What else is to be said of how it is killed. */
  readonly note?: string;
  /** Before the run, and after it. */
  readonly around?: { readonly begin: (stage: Stage) => Promise<void>; readonly end: (stage: Stage) => Promise<void> };
  /** What goes on beside the run. */
  readonly beside?: readonly Beside[];
}

const RESTART_MS = 20_000;
const SETTLED_MS = 60_000;

/** A component is killed and started again; its port is not free at the very moment of its death. */
export async function killAndRestart(stage: Stage, id: string): Promise<void> {
  stage.say(`kill -9 of ${id}`);
  stage.say(await waitFor(() => faultComponent('restart', id), { what: `${id} to start again`, deadlineMs: RESTART_MS, intervalMs: 200 }));
}

/** Both plans are shown as at rest again: the controller has seen the end of the run although it was killed. */
async function shownAtRest({ scenario }: Stage): Promise<void> {
  for (const site of siteNames) {
    await waitFor(async () => {
      const conditions = ((await scenario.planAt(site))?.status?.['conditions'] ?? []) as readonly { readonly type: string; readonly status: string }[];
      return conditions.some(({ type, status }) => type === 'Ready' && status === 'True');
    }, { what: `the plan at ${site} to be shown as ready`, deadlineMs: SETTLED_MS, intervalMs: 200 });
  }
}

const victims: readonly Victim[] = [
  ...(['source', 'target'] as const).map((site): Victim => ({
    name: `${site}-api-server`,
    title: `The ${site}'s API server`,
    must: 'Read again and go on; nothing is done twice. Hold where a role cannot be read in the crossing, until a person says retry.',
    kill: (stage) => killAndRestart(stage, `apiserver-${stage[site]}`),
    beside: [...['apiserver', 'kcm'].map((part) => startedAgain((stage) => `${part}-${stage[site]}`)), retrying('the API server answers again')],
  })),
  { name: 'name-server', title: 'The primary name server', must: 'Ask again and go on; every authoritative server answers with the target in the end.', kill: (stage) => killAndRestart(stage, 'named-primary') },
  { name: 'temporal', title: 'Temporal\'s server', must: 'Go on where it was when the server is back with its database.', kill: (stage) => killAndRestart(stage, 'temporal') },
  {
    name: 'controller',
    title: 'The controller',
    note: ', though a run is faster than its start: one that is still starting dies again',
    must: 'Let the run go on without it; both plans are shown as at rest when it is back.',
    async kill({ scenario, say }) {
      say('kill -9 of the controller');
      scenario.controller.killHard();
    },
    around: {
      begin: ({ scenario }) => scenario.controller.begin(),
      async end(stage) {
        await shownAtRest(stage);
        await stage.scenario.controller.stop();
      },
    },
  },
];

const outageBudgetMs = 120_000;

async function killedIn(steps: readonly Step[], { victim, stage }: { victim: Victim; stage: Stage }): Promise<void> {
  await victim.around?.begin(stage);
  await stage.migrate();
  const endings = (victim.beside ?? []).map((beside) => beside(stage));
  try {
    await killedWhere(steps, { victim, stage });
  } finally {
    for (const end of endings) end();
  }
  await victim.around?.end(stage);
}

async function killedWhere(steps: readonly Step[], { victim, stage }: { victim: Victim; stage: Stage }): Promise<void> {
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
  how: `kill -9 each time that a step has taken its turn in the ownership record, ${killableSteps.length} times in one run; started again at once${victim.note ?? ''}`,
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
