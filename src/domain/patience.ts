import type { Decision, Status } from './status.js';

/** Decisions that say how long: why this one cannot, one sentence; null: it can. */
export function whyNotSoLong(decision: Decision, status: Status, nowMs: number): string | null {
  const { kind, seconds, force } = decision;
  if (kind === 'pause') return whyNotPaused(decision, status, nowMs);
  if (force === true) return `Only a pause can be forced, not ${kind}.`;
  if (seconds === undefined) return null;
  if (kind !== 'retry') return `${kind} takes no time in seconds.`;
  const choice = status.held?.choices.find((one) => one.choice === 'retry');
  return choice?.deadlineMs === undefined ? `To retry ${status.held?.step ?? 'this'} takes no deadline: it only looks again.` : null;
}

/** Between two steps before the outage at any time; inside it only by force, and then it ends by itself before the budget does. */
function whyNotPaused({ seconds, force }: Decision, { outage, phase, line, unit }: Status, nowMs: number): string | null {
  if (phase === 'undoing') return 'A run pauses between two steps before the outage, not while it undoes.';
  if (outage === null) return seconds === undefined || force === true ? null : 'A pause before the outage lasts until somebody says resume; it takes no seconds.';
  if (line !== 'before' || outage.endedAt !== null || outage.deadline === null) return 'A run pauses between two steps before the outage, not inside the outage or after it.';
  const left = Math.floor((Date.parse(outage.deadline) - nowMs) / 1000);
  if (force !== true || seconds === undefined) return `A run pauses between two steps before the outage, not inside the outage or after it. To force it all the same, with an end: changeover pause ${unit} --force --for SECONDS --reason "…" (at most ${Math.max(0, left)}).`;
  return seconds <= left ? null : `The budget of the outage has ${Math.max(0, left)} s left; the pause must end before.`;
}
