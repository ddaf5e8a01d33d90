import { predictedRest, predictedReturn } from './prediction.js';
import type { Choice, Status, WaitingChoice } from './status.js';
import { isUnseen } from './unseen.js';

/** What a choice costs: how long the application is away because of it, and what of its writes is lost. */
export interface Consequence {
  readonly outageMs: number | null;
  readonly loses: string;
}

const nothing = 'nothing';

/** `outageMs` is counted from the decision; 0: the application is not away, or not because of it; null: nobody can say. */
export function consequenceOf(choice: Choice | WaitingChoice, status: Status, nowMs: number): Consequence {
  const known = ofKnown(choice, status, nowMs);
  return isUnseen(status) ? { ...known, outageMs: null } : known;
}

function ofKnown(choice: Choice | WaitingChoice, status: Status, nowMs: number): Consequence {
  const { prediction } = status;
  const isAway = status.outage !== null && status.outage.endedAt === null;
  const goingOn = predictedRest(status, nowMs);
  const shown = status.held?.choices.find((one) => one.choice === choice)?.loses;
  const back = prediction === null ? null : predictedReturn(prediction);
  switch (choice) {
    case 'approve':
    case 'resume':
      return { outageMs: prediction?.totalMs ?? null, loses: nothing };
    case 'skip':
      // Clients find the application again when somebody else changes the names: nobody can say when.
      if (status.held?.step === 'redirect-traffic') return { outageMs: null, loses: nothing };
      return { outageMs: !isAway ? 0 : goingOn, loses: nothing };
    case 'retry':
      // It only looks again; whether the roles have changed by then nobody can say.
      if (status.line === 'crossing') return { outageMs: isAway ? null : 0, loses: nothing };
      return { outageMs: !isAway ? 0 : status.line === 'after' || status.procedure === 'turn-back' ? goingOn : back, loses: nothing };
    case 'turn-back':
      return { outageMs: prediction?.totalMs ?? null, loses: nothing };
    case 'go-forward':
      return { outageMs: prediction === null ? null : predictedReturn(prediction), loses: shown ?? nothing };
    case 'reject':
    case 'cancel':
      return { outageMs: isAway ? back : 0, loses: nothing };
    case 'attest-source-off':
      return { outageMs: goingOn, loses: `${shown ?? nothing} if the statement is true; what ${status.source ?? 'the source'} still acknowledges if it is not` };
    case 'attest-target-off':
      return { outageMs: back, loses: `${shown ?? nothing} if the statement is true; what ${status.target} acknowledges if it is not` };
    case 'promote-source':
      return { outageMs: back, loses: shown ?? 'what only the target has' };
    case 'promote-target':
      return { outageMs: goingOn, loses: shown ?? 'what only the source has' };
  }
}
