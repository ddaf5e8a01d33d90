import type { DecisionRecord, HeldChoice, HeldStatus } from '../domain/status.js';
import { needsTwo } from '../domain/vouched.js';
import type { Board } from './board.js';
import type { Desk } from './desk.js';

/** Waits until the decision about what is shown is complete: some need two people. Shown until then. */
export async function decided({ board, desk }: { board: Board; desk: Desk }, held: HeldStatus): Promise<DecisionRecord> {
  for (let shown = held; ; ) {
    const decision = await desk.next(shown.choices.map((c) => c.choice), shown.step);
    const choice = shown.choices.find((c) => c.choice === decision.kind);
    // Two that came at once were each judged by what was shown before them.
    const others = choice?.attestedBy?.filter((name) => name !== decision.by) ?? null;
    if (others === null || others.length > 0) {
      board.release(shown, `${[...(others ?? []), decision.by].join(' and ')} decided: ${decision.kind} ${shown.step}`);
      return decision;
    }
    const before: HeldStatus = shown;
    shown = { ...before, choices: before.choices.map((c) => (c === choice ? { ...c, attestedBy: [decision.by], effect: `${decision.by} has ${decision.kind.startsWith('promote-') ? 'decided' : 'attested'} it; somebody else must too. ${c.effect}` } : c)) };
    board.amend(before, shown);
  }
}

/** The choice as a run shows it that asks two people for what has to be typed. */
export function byTwo(choice: HeldChoice): HeldChoice {
  return needsTwo(choice.choice) ? { ...choice, attestedBy: [], effect: `${choice.effect} It needs two people.` } : choice;
}
