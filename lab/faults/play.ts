import type { Scenario } from '../scenario/scenario.js';
import { sites, type SiteName } from '../settings.js';
import type { Fault } from './fault.js';
import { Stage, type SeenStatus } from './stage.js';

export interface PlayOptions {
  readonly scenario: Scenario;
  readonly source: SiteName;
  readonly target: SiteName;
  readonly say: (line: string) => void;
  readonly signal: AbortSignal;
}

/** What came of a fault, before the judge has been asked. */
export interface Played {
  readonly outcome: string;
  readonly run: string;
  /** Where the application serves afterwards. */
  readonly serves: SiteName;
  /** The outage as the run saw it, unix ms; null without one. */
  readonly outage: { readonly from: number; readonly to: number } | null;
  /** When a person decided to turn back, unix ms; null where nobody did. */
  readonly turnedBackAt: number | null;
  /** Seconds from the kill of the worker to the end of the next step, the start of the new worker included; null where none was killed. */
  readonly progressSeconds: number | null;
  /** In the history of the run; of one that went on as another procedure, of the last. */
  readonly events: number;
  /** Why it is not as it must be, each a sentence; empty when it is. */
  readonly reasons: readonly string[];
}

/** Writes that must be acknowledged once the run is over, and how long that may take. */
const WRITES_AFTER = 20;
const SERVICE_MS = 30_000;

/** Plays a fault where the application runs at `source`, and looks at what the run and both plans say afterwards. */
export async function play(fault: Fault, options: PlayOptions): Promise<Played> {
  const stage = new Stage(options);
  try {
    await fault.play(stage);
    return await judged(fault, { stage, options });
  } finally {
    await stage.close();
  }
}

async function judged(fault: Fault, { stage, options }: { readonly stage: Stage; readonly options: PlayOptions }): Promise<Played> {
  const status = await stage.ended();
  const serves = servingSite(status, options);
  const served = await options.scenario.load.awaitMore(WRITES_AFTER, SERVICE_MS).then(() => [], (error: unknown) => [`nobody is served: ${error instanceof Error ? error.message : String(error)}`]);
  const plans = await Promise.all([options.source, options.target].map(async (site) => ({ site, plan: await options.scenario.planAt(site) })));
  const wrongPlans = plans.filter(({ plan }) => plan?.spec.primaryCluster !== serves || plan.status?.primaryCluster !== serves);
  return {
    outcome: status.phase,
    run: status.run,
    serves,
    outage: status.outage === null || status.outage.endedAt === null ? null : { from: Date.parse(status.outage.startedAt), to: Date.parse(status.outage.endedAt) },
    turnedBackAt: momentOf(status.decisions.find(({ kind }) => kind === 'turn-back')?.at),
    progressSeconds: progressAfter(stage.killedAt, status),
    events: await stage.events(),
    reasons: [
      ...(fault.ends.some((ending) => ending === status.phase) ? [] : [`the run closed as ${status.phase} (${status.headline}), not as ${fault.ends.join(' or ')}`]),
      ...served,
      ...wrongPlans.map(({ site, plan }) => `the plan at ${site} says ${plan?.spec.primaryCluster}, status ${plan?.status?.primaryCluster}; ${serves} serves`),
    ],
  };
}

/** A migration without a fault, after what was played: that must not stand in its way. */
export async function playNone(scenario: Scenario, { serves }: Pick<Played, 'serves'>, around: Pick<PlayOptions, 'say' | 'signal'>): Promise<Played> {
  around.say('and now without it');
  const calm: Fault = { name: 'none', title: '', how: '', must: '', ends: ['completed'], tests: [], play: (stage) => stage.migrate() };
  return play(calm, { scenario, source: serves, target: sites[serves].peer, ...around });
}

/** A completed run ends at its own target, which is home for one that turned back; any other leaves the application where it was. */
function servingSite(status: SeenStatus, { source, target }: PlayOptions): SiteName {
  if (!status.phase.startsWith('completed')) return source;
  return status.target === source ? source : target;
}

function momentOf(at: string | undefined): number | null {
  return at === undefined ? null : Date.parse(at);
}

function progressAfter(killedAt: number | null, { steps }: SeenStatus): number | null {
  if (killedAt === null) return null;
  const ends = steps.flatMap(({ endedAt }) => (endedAt === null ? [] : [Date.parse(endedAt)])).filter((end) => end > killedAt);
  return ends.length === 0 ? null : (Math.min(...ends) - killedAt) / 1000;
}
