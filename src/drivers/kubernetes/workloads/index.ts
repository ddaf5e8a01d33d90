import { assertSelectable } from '../../../domain/restore/selector.js';
import type { Plan } from '../../../domain/plan.js';
import type { Work } from '../../../ports/work.js';
import type { Workloads } from '../../../ports/workloads.js';
import type { Kube } from '../kube.js';
import { roomFor, webhooksOf } from '../room/index.js';
import { ensureFrozen, ensureThawed } from './freeze.js';
import { observe, standing } from './observe.js';
import { ensureStarted } from './start.js';
import { ensureStopped } from './stop.js';

type Step = (kube: Kube, plan: Plan, work: Work) => Promise<readonly string[]>;

/** A start that is quicker has no troubles worth a look, milliseconds. */
const TROUBLES_AFTER_MS = 1_000;

/** The application's workloads on the site behind `kube`. `troublesAfterMs`: when a start that goes on is looked at for what hinders it. */
export function createWorkloads(kube: Kube, { troublesAfterMs = TROUBLES_AFTER_MS }: { troublesAfterMs?: number } = {}): Workloads {
  const checked = (step: Step) => async (plan: Plan, work: Work): Promise<readonly string[]> => {
    assertSelectable(plan.application);
    return step(kube, plan, work);
  };
  return {
    observe: (application, against) => observe(kube, application, against),
    standing: (application) => standing(kube, application),
    room: (application, demand) => roomFor(kube, application, demand),
    webhooks: (application, kinds) => webhooksOf(kube, application, kinds),
    ensureFrozen: checked(ensureFrozen),
    ensureThawed: checked(ensureThawed),
    ensureStopped: checked(ensureStopped),
    ensureStarted: checked((at, plan, work) => ensureStarted(at, plan, { work, troublesAfterMs })),
  };
}
