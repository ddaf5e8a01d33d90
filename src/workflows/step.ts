import type { Plan } from '../domain/plan.js';
import type { Mood } from '../domain/limits.js';
import type { Way } from '../domain/roles.js';
import type { AtSite } from './calls.js';

/** The smallest named change, with its own undo. One step, one file. */
export interface Step<In, Out> {
  /** Imperative, kebab-case, stable: it stands in histories, metrics and documents. */
  readonly name: string;
  /** What an operator reads while it runs. */
  readonly title: string;
  do(run: StepRun, input: In): Promise<Out>;
  /** Reverses what this step changed; true even if `do` never happened. Returns what had to stay, one sentence. Absent: nothing to undo. */
  undo?(run: StepRun): Promise<string | void>;
  /** What the undo does, as a person reads it: the end of "Tried again: …". */
  undoing?(plan: Plan): string;
  /** Steps whose undo must be done, or given up by a person, before this one's begins; `all`: every other. Absent: it waits for none. */
  readonly undoAfter?: readonly string[] | 'all';
  /** The undo makes the source serve again. */
  readonly undoServes?: boolean;
  /** What a person may attest when the undo is held. */
  readonly undoWays?: readonly Way[];
  /** What it costs to skip this step after the line; absent: it may not be skipped. */
  readonly skipping?: string;
  /** One sentence of what it proved. */
  note?(out: Out): string;
}

/** What a step is given: the plan, and calls to each site. */
export interface StepRun {
  readonly plan: Plan;
  readonly source: string;
  readonly target: string;
  readonly mood: Mood;
  /** `turnOf`: the step whose effect the call repeats, so that its undo stops a late one (law 8). Default: this step. */
  readonly at: (site: string, turnOf?: string) => AtSite;
  /** What people have attested in this run. */
  readonly attested: (way: Way) => boolean;
}

export function defineStep<In = void, Out = void>(step: Step<In, Out>): Step<In, Out> {
  return step;
}
