import { setLink } from '../../../lab/links/links.js';
import { waitFor } from '../../../lab/process/wait.js';
import { withApi } from '../../../lab/scenario/application.js';
import type { Scenario } from '../../../lab/scenario/scenario.js';
import { siteNames, type SiteName } from '../../../lab/settings.js';
import type { OwnershipRecord } from '../../../src/domain/ownership.js';
import { guardAnswered } from './first-worker.js';
import { ownershipAt, untilStepBegins } from './in-lab.js';
import { SecondWorker } from './second-worker.js';

/** Each way of the link to the API server: at first, and while a certain question and its answer are awaited. */
const SLOW_MS = 150;
const SLOWER_MS = 1_000;
const PATIENCE_MS = 120_000;
/** Between the arrival of a write and its effect. */
const WRITE_MS = 50;
const whole = { mode: 'ok', latencyMs: 0 } as const;

/** Where the first worker stands still. */
export interface Standstill {
  readonly site: SiteName;
  readonly step: string;
  /** A step before it, from which on the link to the site's API server is slow: nothing else can be over before it is seen. */
  readonly after: { readonly site: SiteName; readonly step: string };
  /** How the record is when the question comes on whose answer the worker would act. */
  readonly record: (record: OwnershipRecord) => boolean;
}

/** Two attempts of one step: the worker of the first stands still in the middle of it, another worker takes the step, and the first goes on. */
export class Overlap {
  readonly second = new SecondWorker();

  constructor(private readonly scenario: Scenario) {}

  /**
   * Stops the first worker at its worst moment: it has the step, it has asked whether it still has it, right before a change, and the
   * yes is on its way. From now on Temporal hears nothing of it, and does not give it anything either. Returns its turn.
   */
  async firstStandsStill({ site, step, after, record }: Standstill): Promise<number> {
    const slow = (latencyMs: number) => setLink(`api-${site}`, { mode: 'slow', latencyMs });
    await untilStepBegins(after.site, after.step);
    await slow(SLOW_MS);
    let since = 0;
    const path = '/api/v1/namespaces/changeover-system/configmaps/ownership-orders';
    const turn = await withApi(site, (api) => waitFor(async () => {
      const at = Date.now() - WRITE_MS;
      const { data } = (await api.request('GET', path)) as { data: { record: string } };
      const now = JSON.parse(data.record) as OwnershipRecord;
      if (record(now)) return now.turns[step];
      since = at;
      return undefined;
    }, { what: `${step} to be in its middle at ${site}`, deadlineMs: PATIENCE_MS, intervalMs: 5 }));
    await slow(SLOWER_MS);
    await waitFor(async () => guardAnswered(site, since), { what: `${step} to be told that it may act`, deadlineMs: PATIENCE_MS, intervalMs: 5 });
    this.signal('SIGSTOP');
    await setLink(`api-${site}`, whole);
    // A worker that is stopped keeps its questions for work open, and Temporal would answer them for a minute.
    await setLink('temporal', { mode: 'reset', latencyMs: 0 });
    await setLink('temporal', { mode: 'cut', latencyMs: 0 });
    return turn;
  }

  /** Another worker comes, and takes the step once Temporal misses the beats of the first. */
  async secondTakes({ site, step }: Standstill, older: number): Promise<void> {
    await this.second.start();
    await waitFor(async () => ((await ownershipAt(site)).turns[step] ?? 0) > older, { what: `another attempt of ${step}`, deadlineMs: PATIENCE_MS });
  }

  /** The first goes on, and knows nothing but what the API servers tell it. Waits until it has given the step up; returns when it began, unix ms. */
  async firstGoesOn({ site, step }: Standstill): Promise<number> {
    const { worker } = this.scenario;
    const said = worker.log.length;
    const since = Date.now();
    this.signal('SIGCONT');
    await waitFor(async () => new RegExp(`activityId=${step}/\\w+@${site}.* error=`).test(worker.log.slice(said)), { what: `the older attempt of ${step} to give up`, deadlineMs: PATIENCE_MS });
    return since;
  }

  /** The first is the only one again, and whole. */
  async end(): Promise<void> {
    this.signal('SIGCONT');
    for (const link of ['temporal', ...siteNames.map((site) => `api-${site}`)]) await setLink(link, whole);
    await this.second.stop();
  }

  private signal(signal: 'SIGSTOP' | 'SIGCONT'): void {
    const { pid } = this.scenario.worker;
    if (pid === undefined) throw new Error('the worker does not run');
    process.kill(pid, signal);
  }
}
