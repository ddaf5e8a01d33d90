import { consequenceOf } from './consequence.js';
import type { Choice, HeldChoice, Status, WaitingChoice } from './status.js';
import { typedFor } from './vouched.js';

/** Each way on as a command that can be typed, with its effect, the outage it costs and what it loses. */
export function choiceLines(status: Status, nowMs: number): readonly string[] {
  const { held, waiting, otherWay } = status;
  const line = (choice: Choice | WaitingChoice, command: string, effect: string) => `${command} --reason "…": ${effect} ${costs(choice, status, nowMs)}`;
  return [
    ...(held?.choices ?? []).map((c) => line(c.choice, heldCommand(c, status), `${c.effect}${patience(c)}`)),
    ...(waiting?.choices ?? []).map((c) => line(c.choice, waitingCommand(c.choice, status), c.effect)),
    ...(otherWay === null || held !== null ? [] : [line(otherWay.choice, `changeover ${otherWay.choice} ${status.unit}`, otherWay.effect)]),
  ];
}

function heldCommand({ choice, attestedBy }: HeldChoice, status: Status): string {
  const typed = typedFor(choice, status);
  if (typed === null) return `changeover ${choice} ${status.unit} --step ${status.held?.step ?? ''}`;
  // Two people, so two names that somebody vouches for.
  return `${typed.command}${attestedBy === undefined ? '' : ' --by-annotation'}`;
}

/** Where approvers are named, a yes needs a name that somebody vouches for, and it names what it is for. */
function waitingCommand(choice: WaitingChoice, { unit, waiting }: Status): string {
  const own = choice !== 'approve' ? '' : `${waiting?.by == null ? '' : ' --by-annotation'}${waiting?.digest === undefined ? '' : ` --digest ${waiting.digest}`}`;
  return `changeover ${choice} ${unit}${own}`;
}

function patience({ deadlineMs }: HeldChoice): string {
  return deadlineMs === undefined ? '' : ` It may take ${seconds(deadlineMs)}; for another time add --deadline SECONDS.`;
}

function costs(choice: Choice | WaitingChoice, status: Status, nowMs: number): string {
  const { outageMs, loses } = consequenceOf(choice, status, nowMs);
  return `Outage from then on: ${outageMs === null ? 'unknown' : outageMs === 0 ? 'none' : `about ${seconds(outageMs)}${choice === 'retry' ? ' if it succeeds' : ''}`}; loses ${loses}.`;
}

export function seconds(ms: number): string {
  if (ms < 10_000) return `${(ms / 1000).toFixed(1)} s`;
  return ms < 120_000 ? `${Math.round(ms / 1000)} s` : `${Math.floor(ms / 60_000)} min ${Math.round((ms % 60_000) / 1000)} s`;
}
