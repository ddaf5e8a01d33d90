import { continueAsNew, setCurrentDetails, setWorkflowOptions, sleep, workflowInfo } from '@temporalio/workflow';
import type { Plan } from '../domain/plan.js';
import { callsAt } from './calls.js';
import { explain } from './failures.js';

/** What a run could not do at a site that did not answer. */
export interface Owed {
  readonly site: string;
  readonly sentence: string;
}

export interface DebtsRequest {
  readonly plan: Plan;
  readonly owed: readonly Owed[];
  /** The source could not be put on standby either; that comes first. */
  readonly releaseSource: boolean;
  /** The newest attempt of the run: turns go on from there (law 8). */
  readonly attempt: number;
  /** The site may hold the unit in an epoch of before the run was recovered: it is brought into this one first. */
  readonly retake?: boolean;
}

/** Between two rounds when the site answered, but with a failure that trying again at once cannot help. */
const BETWEEN_ROUNDS_MS = 5 * 60_000;

/**
 * After a run that ended with debts: does at each site what is owed there, for ever. Ends when nothing is owed any more, or when
 * a later run holds the unit and the debt is void. Its details say what is owed and why it is not paid yet.
 */
export async function payDebts(request: DebtsRequest): Promise<void> {
  let { attempt } = request;
  let { owed } = request;
  while (owed.length > 0) {
    tell(request, owed);
    const rounds = await Promise.all(owed.map((debt) => pay(request, debt.site, () => (attempt += 1))));
    owed = owed.flatMap((debt, position) => (rounds[position] == null ? [] : [{ ...debt, sentence: rounds[position] }]));
    if (owed.length === 0) break;
    tell(request, owed);
    await sleep(BETWEEN_ROUNDS_MS, { summary: 'until the next round' });
    if (workflowInfo().continueAsNewSuggested) await continueAsNew<typeof payDebts>({ ...request, owed, attempt });
  }
  setCurrentDetails(`Paid: every site knows that **${request.plan.target}** is primary.`);
}

/** It may wait for a dead site for weeks. No build can be kept that long: it moves to the newest one, and its code must stay replayable. */
setWorkflowOptions({ versioningBehavior: 'AUTO_UPGRADE' }, payDebts);

/** Null: paid, or void because the unit went on without it. Otherwise why not. */
async function pay({ plan, releaseSource, retake }: DebtsRequest, site: string, nextAttempt: () => number): Promise<string | null> {
  const at = (step: string) => {
    const attempt = nextAttempt();
    return callsAt({ site, mood: 'debt', title: `What run ${plan.run} owes`, input: () => ({ site, plan, step, attempt }), limits: plan.limits ?? [], id: (activity) => `${activity}@${site}#${attempt}` });
  };
  try {
    if (retake === true) await at('finish').ensureRecovered();
    if (releaseSource && site === plan.source) await at('release-source').ensureSourceReleased();
    await at('finish').ensureFinished({});
    return null;
  } catch (error) {
    const { code, message } = explain(error);
    return code === 'OwnershipLost' ? null : `${site} does not know yet that ${plan.target} is primary: ${message}`;
  }
}

function tell({ plan }: DebtsRequest, owed: readonly Owed[]): void {
  setCurrentDetails([`### ${plan.unit.name}: owed by run ${plan.run}`, 'Tried again until it is done; nothing else has to be done for it than making the site answer.', ...owed.map((debt) => `- ${debt.sentence}`)].join('\n'));
}
