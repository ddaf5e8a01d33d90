import { activityInfo, cancellationDetails, cancellationSignal, heartbeat, log } from '@temporalio/activity';
import { ApplicationFailure, CancelledFailure, ApplicationFailureCategory } from '@temporalio/common';
import { THROTTLED_PAUSE_MS } from '../domain/error-families.js';
import { ChangeoverError, isRetryable } from '../domain/errors.js';
import { ownershipName, SYSTEM_NAMESPACE } from '../domain/names.js';
import { takeTurn, type OwnershipRecord } from '../domain/ownership.js';
import type { Plan } from '../domain/plan.js';
import type { Ports, SitePorts } from '../ports/index.js';
import type { Work } from '../ports/work.js';

/** Where a changing call stands in its run. `attempt` grows with every call of the run. */
export interface Place {
  readonly site: string;
  readonly plan: Plan;
  readonly step: string;
  readonly attempt: number;
  /** Milliseconds that are left of the outage budget when the call is made; absent: no budget runs. */
  readonly withinMs?: number;
}

/** Temporal's own tries of one scheduled activity fit below this; the run's counter stands above it. */
const TRIES_PER_ATTEMPT = 1_000_000;

/** A beat each second keeps cancellation and loss of the worker visible within the heartbeat timeout. */
const BEAT_MS = 1_000;

/** Runs a looking activity: errors translated, heartbeats sent, nothing else. */
export async function looking<R>(body: (work: Work) => Promise<R>): Promise<R> {
  const beat = startBeating();
  try {
    return await body({ guard: async () => {}, report: beat.report, signal: cancellationSignal() });
  } catch (error) {
    throw translated(error);
  } finally {
    beat.stop();
  }
}

/** Changes the site's ownership record by compare-and-swap, and only while this attempt still has the step's turn. */
export type Own = (change: (record: OwnershipRecord) => OwnershipRecord) => Promise<OwnershipRecord>;

/**
 * Runs a changing activity: the step's turn is taken in the site's ownership record by compare-and-swap first (law 8),
 * `guard` reads the record again before each change, and `own` changes the record under the same turn, so that a late attempt
 * stops in the middle too.
 */
export async function changing<R>(ports: Ports, place: Place, body: (work: Work, site: SitePorts, own: Own) => Promise<R>): Promise<R> {
  const { plan, step } = place;
  const site = ports.site(place.site);
  const turn = { run: plan.run, epoch: plan.epoch, step, attempt: place.attempt * TRIES_PER_ATTEMPT + activityInfo().attempt };
  return looking(async (work) => {
    const own: Own = (change) =>
      site.ownership
        .update(plan.unit.name, (record) => {
          assertPinned(record, place);
          return change(takeTurn(record, turn));
        })
        .catch((error: unknown) => {
          throw isGone(error) ? recordGone(site.site, plan) : error;
        });
    await assertCluster(site, plan);
    await own((record) => record);
    const guard = () => freshly(place, async () => {
      const record = await site.ownership.read(plan.unit.name);
      if (record === null) throw recordGone(site.site, plan);
      assertPinned(record, place);
      takeTurn(record, turn);
    });
    return withinBudget(place, work, (inTime) => body({ ...inTime, guard }, site, own));
  });
}

/** The activity gives up this long before the workflow's own timer, which cannot ask it any more what it was waiting for. */
const BEFORE_THE_TIMER_MS = 400;

/** Where an outage budget runs, waiting ends with it by itself, and says for what it waited. */
async function withinBudget<R>({ withinMs, plan }: Place, work: Work, body: (work: Work) => Promise<R>): Promise<R> {
  if (withinMs === undefined) return body(work);
  const over = AbortSignal.timeout(Math.max(0, withinMs - BEFORE_THE_TIMER_MS));
  let last = '';
  const report = (message: string): void => work.report((last = message));
  try {
    return await body({ ...work, report, signal: AbortSignal.any([work.signal, over]) });
  } catch (error) {
    if (!over.aborted || work.signal.aborted) throw error;
    throw new ChangeoverError('DeadlinePassed', `The outage budget of ${plan.request.options.outageBudgetMs / 1000} s was used up before the line${last === '' ? '' : `, while: ${last.replace(/\.$/, '')}`}.`, { cause: error });
  }
}

/** The record was there when the run was checked: that it is not now says nothing of who may write. */
export function recordGone(site: string, { unit, run, epoch }: Plan): ChangeoverError {
  return new ChangeoverError('OwnershipGone', `The ownership record of ${unit.name} on ${site} is gone (ConfigMap ${SYSTEM_NAMESPACE}/${ownershipName(unit.name)}), though run ${run} holds the unit in epoch ${epoch}.`);
}

function isGone(error: unknown): boolean {
  return error instanceof ChangeoverError && error.code === 'NotFound';
}

/** An answer that comes late is asked for this often. */
const GUARD_TRIES = 3;

/**
 * Asks until an answer comes while nobody else can have taken the step: Temporal gives it to another worker once no beat was heard for
 * the heartbeat timeout, and the last one may be two beats old. A process that stood still meanwhile would act by an answer of before.
 */
async function freshly({ site, step }: Place, ask: () => Promise<void>): Promise<void> {
  const freshMs = Math.max(BEAT_MS, (activityInfo().heartbeatTimeoutMs ?? 0) - 2 * BEAT_MS);
  for (let tries = 0; tries < GUARD_TRIES; tries += 1) {
    const asked = performance.now();
    await ask();
    if (performance.now() - asked <= freshMs) return;
  }
  throw new ChangeoverError('Unreachable', `${site} takes more than ${freshMs / 1000} s to say whether ${step} is still this attempt's: nothing is changed by an answer that old.`);
}

/** Starts to look before its answer is waited for, so that it goes on beside the turn. A failure is thrown where it is waited for, and nowhere else. */
export function beside<T>(look: () => Promise<T>): Promise<T> {
  const looking = Promise.resolve().then(look);
  looking.catch(() => undefined);
  return looking;
}

/** What makes a site act again is given back only where the record says that this site may write. */
export async function assertWriter(site: SitePorts, plan: Plan, what: string): Promise<void> {
  const record = await site.ownership.read(plan.unit.name);
  if (record?.writer !== site.site) throw new ChangeoverError('OutcomeUnknown', `${what} on ${site.site}: its record says that ${record?.writer ?? 'nobody'} may write.`);
}

/** A cluster that was rebuilt may have its old record back; its `kube-system` is another one all the same. */
async function assertCluster(site: SitePorts, plan: Plan): Promise<void> {
  const clusterUid = await site.clusterUid();
  const pinned = plan.clusterUids[site.site];
  if (clusterUid !== pinned) throw new ChangeoverError('WrongSite', `The cluster reached as ${site.site} has the kube-system UID ${clusterUid}; the plan pinned ${pinned}.`);
}

/** Swapped or equal kubeconfigs change nothing: the record belongs to the cluster that the plan pinned for this site. */
function assertPinned(record: OwnershipRecord, { plan, site }: Pick<Place, 'plan' | 'site'>): void {
  const pinned = plan.clusterUids[site];
  if (record.clusterUid !== pinned) {
    throw new ChangeoverError('WrongSite', `The cluster reached as ${site} has the record of cluster ${record.clusterUid}; the plan pinned ${pinned}.`);
  }
}

/** Shows something to people where failing to show it must not stop the run. */
export async function show(what: string, action: () => Promise<void>): Promise<void> {
  try {
    await action();
  } catch (error) {
    log.warn(`could not show ${what}`, { error: error instanceof Error ? error.message : String(error) });
  }
}

function startBeating(): { report: (message: string) => void; stop: () => void } {
  let latest = '';
  // A call within a workflow task has no heartbeat: Temporal does not know it, and the worker would warn at each beat.
  const beat = (): void => (activityInfo().isLocal ? undefined : heartbeat(latest));
  beat();
  const timer = setInterval(beat, BEAT_MS);
  return {
    report: (message) => {
      if (message !== latest) log.info(message);
      latest = message;
    },
    stop: () => clearInterval(timer),
  };
}

/** The one place where our errors become Temporal's. */
export function translated(error: unknown): Error {
  const signal = cancellationSignal();
  if (signal.aborted) {
    const details = cancellationDetails();
    // A worker that shuts down is not a person who cancels: the activity is tried again elsewhere.
    if (details?.workerShutdown === true) return ApplicationFailure.retryable('The worker shut down in the middle; tried again.', 'Unreachable');
    if (details?.cancelRequested === true) return new CancelledFailure('The activity was cancelled.');
  }
  if (error instanceof ApplicationFailure || error instanceof CancelledFailure) return error;
  if (error instanceof ChangeoverError) {
    return ApplicationFailure.create({
      message: error.message,
      type: error.code,
      nonRetryable: !isRetryable(error.code),
      details: [{ reasons: error.reasons }],
      ...(error.family === 'not-yet' ? { category: ApplicationFailureCategory.BENIGN } : {}),
      ...(error.family === 'throttled' ? { nextRetryDelay: THROTTLED_PAUSE_MS } : {}),
    });
  }
  const message = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  log.error('unexpected error', { message, stack: error instanceof Error ? error.stack : undefined });
  return ApplicationFailure.create({ message, type: 'Bug', nonRetryable: false });
}
