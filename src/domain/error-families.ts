/** What all errors of one kind have in common. */
export const errorFamilies = ['refused', 'transient', 'throttled', 'not-yet', 'ambiguous', 'precondition-lost', 'unsafe', 'needs-person', 'bug'] as const;
export type ErrorFamily = (typeof errorFamilies)[number];

/** Whether and how the same call is tried again without a person. `patiently`: within the limits of where the run stands; `slowly`: and never sooner than `THROTTLED_PAUSE_MS`. */
export type Again = 'no' | 'patiently' | 'slowly';

/** A server that asks for less gets so much rest between two tries, milliseconds. */
export const THROTTLED_PAUSE_MS = 2_000;

interface FamilyRow {
  readonly meaning: string;
  readonly again: Again;
  /** What a run does before the line, one sentence. */
  readonly before: string;
  readonly after: string;
}

const undoes = 'Refused at preflight with nothing changed; later the run undoes itself.';
const held = 'The run is held until a person decides.';
const longer = { before: 'The run goes on trying until the time of the call or the outage budget is over; then it is refused at preflight, and undoes itself later.', after: 'The run goes on trying until the time of the call is over; then it is held.' };
const readFirst = 'Of a role swap: the roles are read on both sites until nothing can still act, and the table of roles says what follows. Of anything else: the run undoes itself.';

export const families: Readonly<Record<ErrorFamily, FamilyRow>> = {
  refused: { meaning: 'Nothing was changed by the call. Every reason is given at once.', again: 'no', before: undoes, after: held },
  transient: { meaning: 'The other side could not be reached or was busy. The same call may succeed.', again: 'patiently', ...longer },
  throttled: { meaning: 'The other side asked for less. The same call will succeed later.', again: 'slowly', ...longer },
  'not-yet': { meaning: 'The world is not there yet. Waiting is normal.', again: 'patiently', ...longer },
  ambiguous: { meaning: 'The call may or may not have happened. The world is read before anything else.', again: 'no', before: readFirst, after: held },
  'precondition-lost': { meaning: 'Someone or something changed what the run relied on.', again: 'no', before: undoes, after: held },
  unsafe: { meaning: 'Going on could lose a write.', again: 'no', before: undoes, after: held },
  'needs-person': { meaning: 'Only a person can decide.', again: 'no', before: 'In the crossing the run is held until a person decides; anywhere else it undoes itself.', after: held },
  bug: { meaning: 'A mistake of the program.', again: 'no', before: undoes, after: held },
};
