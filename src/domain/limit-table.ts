import { ioLimits, limits, type CallLimits, type Mood } from './limits.js';
import { defaultOptions } from './request.js';

/** The table of times that can be set, by the names that stand in the configuration, in the annotation of a DR plan and on the screen. */

/** What a limit is of: the whole run, the calls at a site, or what the worker of a site asks there. */
export type LimitScope = 'run' | 'call' | 'site';

export interface LimitRow {
  /** `outageBudgetMs`, `outage.startToCloseMs`: all are milliseconds. */
  readonly name: string;
  readonly scope: LimitScope;
  /** One clause. */
  readonly what: string;
  /** Null: there is none unless it is set. */
  readonly usualMs: number | null;
  readonly leastMs: number;
  readonly mostMs: number;
}

const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;

/** How patient a call is, and in which part of a run. */
const whenOf: Readonly<Record<Mood, string>> = {
  calm: 'while the application serves',
  look: 'when a person waits for what can be seen',
  ready: 'from the recheck on',
  outage: 'inside the outage',
  cross: 'of the role swap',
  forward: 'after the line',
  undo: 'of an undo',
  debt: 'of what is owed to a site',
};

/** What of a call can be set; how often it is tried cannot: the role swap is tried once per decision. */
const fields = {
  scheduleToStart: { what: 'how long a call waits for a worker', leastMs: 5 * second, mostMs: hour },
  startToClose: { what: 'how long one try of a call may take', leastMs: 5 * second, mostMs: 24 * hour },
  heartbeat: { what: 'how long a call may be silent; it beats each second', leastMs: 3 * second, mostMs: minute },
  retryFrom: { what: 'the first pause before a call is tried again', leastMs: 100, mostMs: minute },
  retryAtMost: { what: 'the longest pause before a call is tried again', leastMs: 100, mostMs: hour },
  scheduleToClose: { what: 'how long a call may take over all tries', leastMs: 5 * second, mostMs: 24 * hour },
  patience: { what: 'how long a call that no worker takes is asked for again', leastMs: 0, mostMs: 24 * hour },
} as const satisfies Partial<Record<keyof CallLimits, object>>;

export type CallField = keyof typeof fields;
export const callFields = Object.keys(fields) as readonly CallField[];
export const moods = Object.keys(limits) as readonly Mood[];

export function callLimitName(mood: Mood, field: CallField): string {
  return `${mood}.${field}Ms`;
}

export const limitTable: readonly LimitRow[] = [
  { name: 'outageBudgetMs', scope: 'run', what: 'longest time from the stop to the line, then the run undoes itself', usualMs: defaultOptions.outageBudgetMs, leastMs: second, mostMs: hour },
  { name: 'commandTimeoutMs', scope: 'run', what: 'how long one role command may take before its outcome counts as unknown', usualMs: defaultOptions.commandTimeoutMs, leastMs: second, mostMs: hour },
  ...moods.flatMap((mood) => callFields.map((field): LimitRow => ({ name: callLimitName(mood, field), scope: 'call', ...fields[field], what: `${fields[field].what}, ${whenOf[mood]}`, usualMs: limits[mood][field] }))),
  { name: 'kubernetesCallMs', scope: 'site', what: 'how long an API server may take to answer', usualMs: ioLimits.kubernetesCallMs, leastMs: second, mostMs: 2 * minute },
  { name: 'storageReadingMs', scope: 'site', what: 'how long a reading of the storage may take over all pods', usualMs: ioLimits.storageReadingMs, leastMs: second, mostMs: minute },
];

export type LimitValues = Readonly<Record<string, number>>;

/** Every fault of values that somebody set, a sentence each. `by`: a plan cannot set what only the worker of a site knows. */
export function limitFaults(values: Readonly<Record<string, unknown>>, by: 'site' | 'plan'): readonly string[] {
  return Object.entries(values).flatMap(([name, value]) => {
    const row = limitTable.find((one) => one.name === name);
    if (row === undefined) return [`There is no limit ${name} (docs/limits.md lists all).`];
    if (by === 'plan' && row.scope === 'site') return [`${name} is set in the configuration of a site, not on a plan.`];
    if (typeof value !== 'number' || !Number.isInteger(value) || value < row.leastMs || value > row.mostMs) return [`${name} must be a whole number of milliseconds from ${row.leastMs} to ${row.mostMs}.`];
    return [];
  });
}

/** What an annotation sets, and everything that is wrong with it; what is wrong sets nothing. */
export interface PlanLimits {
  readonly values: LimitValues;
  readonly faults: readonly string[];
}

/** Longest annotation, in characters: every limit there is fits. */
const MOST_CHARACTERS = 4_096;

/** Reads `{"outageBudgetMs": 90000, "forward.startToCloseMs": 600000}`. */
export function parseLimits(text: string): PlanLimits {
  const shape = { values: {}, faults: ['The limits of the plan must be a JSON object of numbers, as {"outageBudgetMs": 90000}.'] };
  if (text.length > MOST_CHARACTERS) return shape;
  let read: unknown;
  try {
    read = JSON.parse(text);
  } catch {
    return shape;
  }
  if (typeof read !== 'object' || read === null || Array.isArray(read)) return shape;
  const faults = limitFaults(read as Readonly<Record<string, unknown>>, 'plan');
  return { values: faults.length === 0 ? (read as LimitValues) : {}, faults };
}
