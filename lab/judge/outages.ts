import type { ClientRecord } from './client-record.js';

export interface Gap {
  /** Unix ms of the acknowledgement before the gap. */
  readonly from: number;
  /** Unix ms of the acknowledgement after it, or of the end of the record. */
  readonly to: number;
  readonly seconds: number;
  /** No acknowledgement came after it. */
  readonly openEnded: boolean;
}

export interface HabitOutage {
  /** The longest gap of the whole record: an outage of the way back counts as much as one of the way there. */
  readonly longest: Gap;
  /** Every gap above the threshold, oldest first. */
  readonly gaps: readonly Gap[];
}

const thresholdMs = 250;

const round = (seconds: number): number => Math.round(seconds * 1e6) / 1e6;

function gapsOf(times: readonly number[], endAt: number): Gap[] {
  const gaps = times.slice(1).map((to, index) => {
    const from = times[index] ?? to;
    return { from, to, seconds: round((to - from) / 1000), openEnded: false };
  });
  const last = times.at(-1);
  if (last === undefined) return gaps;
  return [...gaps, { from: last, to: endAt, seconds: round(Math.max(0, endAt - last) / 1000), openEnded: true }];
}

/** Per habit the time between consecutive acknowledgements; habits never acknowledged are left out. */
export function outages(record: ClientRecord): ReadonlyMap<string, HabitOutage> {
  const result = new Map<string, HabitOutage>();
  for (const habit of record.habits) {
    const times = record.acks.filter((ack) => ack.habit === habit).map(({ ackAt }) => ackAt);
    const gaps = gapsOf(times.toSorted((a, b) => a - b), record.endAt);
    const [first, ...rest] = gaps;
    if (first === undefined) continue;
    const longest = rest.reduce((most, gap) => (gap.seconds > most.seconds ? gap : most), first);
    result.set(habit, { longest, gaps: gaps.filter(({ from, to }) => to - from > thresholdMs) });
  }
  return result;
}
