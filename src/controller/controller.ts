import type { Leadership, PlanSite } from '../ports/plan-site.js';
import { Adoptions } from './adoptions.js';
import { DecisionTaker } from './decisions.js';
import { reasonOf, type Log } from './log.js';
import { Masters } from './masters.js';
import type { RequestSettings } from './requests.js';
import { Runs } from './runs.js';
import { SiteController } from './site.js';
import type { Shared } from './shared.js';
import type { Verbs } from './verbs.js';

export interface ControllerOptions {
  readonly sites: readonly PlanSite[];
  /** Who acts at a site. `mayWrite` is asked before each write of its own. */
  readonly leadership: (site: string, mayWrite: () => boolean) => Leadership;
  readonly verbs: Verbs;
  readonly settings: RequestSettings;
  readonly adopt: boolean;
  readonly log: Log;
}

/** How often it is looked whether InfoScale's own DR manager came or went, beside the look before each write. */
const LOOK_EVERY_MS = 60_000;

/** Watches the DR plans of all sites and answers until the signal aborts. It holds no long work: every run goes on without it. */
export async function runController(options: ControllerOptions, signal: AbortSignal): Promise<void> {
  const { sites, verbs, log, settings } = options;
  const ids = sites.map((one) => one.site);
  const masters = new Masters(sites, log);
  const controllers: SiteController[] = [];
  const runs = new Runs({ verbs, log, changed: (unit, news) => controllers.forEach((one) => one.news(unit, news)) });
  const adoptions = new Adoptions({ verbs, log, sites: ids, enabled: options.adopt, ended: (unit) => controllers.forEach((one) => one.news(unit.name, { events: [], urgent: true })) });
  const shared: Shared = { sites: ids, settings, verbs, runs, adoptions, decisions: new DecisionTaker(verbs, log), masters, log };
  for (const site of sites) controllers.push(new SiteController(site, shared));
  await lookEverywhere(sites, masters, log);
  const looking = setInterval(() => void lookAgain(), LOOK_EVERY_MS);
  const lookAgain = async (): Promise<void> => {
    const before = masters.isAlone();
    await lookEverywhere(sites, masters, log);
    if (!before && masters.isAlone()) for (const one of controllers) one.again();
  };
  try {
    await Promise.all(controllers.map((one) => one.run(options.leadership(one.site.site, () => masters.isAlone()), signal)));
  } finally {
    clearInterval(looking);
    await runs.close();
  }
}

async function lookEverywhere(sites: readonly PlanSite[], masters: Masters, log: Log): Promise<void> {
  await Promise.all(
    sites.map((site) =>
      masters.mayWriteAt(site).catch((error: unknown) => log('warn', `cannot be looked at: ${reasonOf(error)}`, { site: site.site })),
    ),
  );
}
