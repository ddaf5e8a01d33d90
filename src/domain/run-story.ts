import { camel, lastMomentOf } from './plan-conditions.js';
import { screenOf } from './screen.js';
import type { Status, StepStatus } from './status.js';
import type { PlanEvent } from './watched-plan.js';

/** What is new in a run: a line a step for the log, an event a turn of the story. */
export interface News {
  readonly lines: readonly string[];
  readonly events: readonly PlanEvent[];
}

const worrying: readonly Status['phase'][] = ['held', 'undoing', 'undone', 'refused', 'completed-with-debts'];

/** What `now` says that `before` did not. Null: nothing was seen of this run yet. */
export function newsOf(before: Status | null, now: Status): News {
  const known = before?.run === now.run ? before : null;
  const lines = now.steps.filter((step) => keyOf(known?.steps.find((one) => one.name === step.name)) !== keyOf(step)).map(lineOf);
  const decisions = now.decisions.slice(known?.decisions.length ?? 0);
  const turned = known?.phase !== now.phase;
  return {
    lines: [...lines, ...decisions.map((d) => `decision of ${d.by} (${d.verified ? 'verified' : 'unverified'}, ${d.via}): ${d.kind}: ${d.reason}`), ...(turned ? [`phase ${now.phase}: ${now.headline}`] : [])],
    events: turned ? [eventOf(now)] : [],
  };
}

function eventOf(now: Status): PlanEvent {
  const screen = screenOf(now, lastMomentOf(now), false);
  const told = now.phase === 'preparing' ? [screen.title, `Asked for by ${now.requestedBy}: ${now.reason}`] : [screen.title, screen.service, screen.next, ...now.refusals];
  return { type: worrying.includes(now.phase) ? 'Warning' : 'Normal', reason: camel(now.phase), message: told.filter((line) => line !== '').join('; ') };
}

function keyOf(step: StepStatus | undefined): string {
  return step === undefined ? '' : `${step.state}/${step.attempt}/${step.endedAt}`;
}

function lineOf(step: StepStatus): string {
  const took = step.endedAt === null ? '' : ` ${((Date.parse(step.endedAt) - Date.parse(step.startedAt)) / 1000).toFixed(2)} s`;
  return `step ${step.name} ${step.state}${took}${step.attempt > 1 ? ` (attempt ${step.attempt})` : ''}${step.note === null ? '' : `: ${step.note}`}`;
}
