import type { Status, StepStatus } from '../status.js';
import { secondsBetween, type Fact } from './fact.js';

/** A step's end is evidence; that it runs is not. */
const ends: ReadonlySet<StepStatus['state']> = new Set(['done', 'failed', 'skipped', 'undone', 'undo-failed']);

/**
 * What the record must say because a run's status changed from one value to the next: one function instead of a call beside every
 * change, so that nothing a run shows can be left out by mistake. Request, plan and the outcome are not in it: the first two are
 * no status, and the outcome is written before it is shown.
 */
export function factsBetween(before: Status, after: Status): readonly Fact[] {
  return [
    ...(after.refusals === before.refusals || after.refusals.length === 0 ? [] : [{ kind: 'refusal', reasons: after.refusals } as const]),
    ...waiting(before, after),
    ...after.decisions.slice(before.decisions.length).map((decision) => ({ kind: 'decision', decision }) as const),
    ...rejections(before, after),
    ...cancel(before, after),
    ...after.sites.filter((site) => !before.sites.some((known) => sameSight(known, site))).map((site) => ({ kind: 'seen', ...site }) as const),
    ...(after.lastCommand === null || after.lastCommand === before.lastCommand ? [] : [{ kind: 'command', ...after.lastCommand } as const]),
    ...steps(before, after),
    ...(after.line === before.line ? [] : [{ kind: 'line', line: after.line } as const]),
    ...outage(before, after),
    ...holds(before, after),
    ...after.debts.slice(before.debts.length).map((sentence) => ({ kind: 'debt', sentence }) as const),
  ];
}

function waiting({ waiting: before }: Status, { waiting: after }: Status): readonly Fact[] {
  return after === null || after === before ? [] : [{ kind: 'waiting', for: after.for, until: after.until, by: after.by }];
}

function rejections({ rejections: before = [] }: Status, { rejections: after = [] }: Status): readonly Fact[] {
  const known = new Set(before);
  return after.filter((one) => !known.has(one)).map((one) => ({ kind: 'rejected-decision', decision: one.kind, by: one.by, why: one.problem, verified: false, via: 'temporal' }));
}

/** A cancel by decision is in the decision. */
function cancel(before: Status, after: Status): readonly Fact[] {
  const decided = after.decisions.some((d) => d.kind === 'cancel');
  return after.cancelRequested && !before.cancelRequested && !decided ? [{ kind: 'cancel-requested' }] : [];
}

/** Readings of a site that differ in nothing but their age say nothing new. */
function sameSight(a: Status['sites'][number], b: Status['sites'][number]): boolean {
  return a === b || (a.site === b.site && a.role === b.role && a.writable === b.writable && a.fence === b.fence && a.workloads === b.workloads);
}

function steps(before: Status, after: Status): readonly Fact[] {
  const known = new Set(before.steps);
  return after.steps
    .filter((step) => !known.has(step) && ends.has(step.state))
    .map(({ name, title, state, attempt, startedAt, endedAt, note }) => ({ kind: 'step', name, title, state, attempt, startedAt, endedAt, note }));
}

function outage({ outage: before }: Status, { outage: after, prediction }: Status): readonly Fact[] {
  if (after === null || after === before) return [];
  const begun = before === null || before.startedAt !== after.startedAt ? [{ kind: 'outage-begun', startedAt: after.startedAt, budgetMs: after.budgetMs, ...(prediction === null ? {} : { predictedMs: prediction.totalMs }) } as const] : [];
  const ended = after.endedAt === null || before?.endedAt != null ? [] : [{ kind: 'outage-ended', endedAt: after.endedAt, seconds: secondsBetween(after.startedAt, after.endedAt) } as const];
  return [...begun, ...ended];
}

function holds({ held: before }: Status, { held: after }: Status): readonly Fact[] {
  if (after === before) return [];
  return [
    ...(before === null ? [] : [{ kind: 'released', step: before.step } as const]),
    ...(after === null ? [] : [{ kind: 'held', step: after.step, code: after.code, error: after.error, choices: after.choices.map((c) => c.choice) } as const]),
  ];
}
