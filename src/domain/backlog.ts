import type { SecondaryView } from './observation.js';

/** How long a backlog takes to reach the target. */
export interface Backlog {
  /** Milliseconds from the reading on. */
  readonly ms: number;
  readonly from: string;
}

/**
 * How long until this Secondary has what it lacks; null: nothing says so. Where VVR prints the amount and the link's limit, the one is
 * divided by the other; else what it says it is behind by, which is an upper bound: an application that writes faster than the link
 * carries would fall behind for ever.
 */
export function backlogOf({ behind, loggingTo, bandwidth }: SecondaryView): Backlog | null {
  const bits = bitsBehind(loggingTo);
  const perSecond = bitsPerSecond(bandwidth ?? '');
  if (bits !== null && perSecond !== null) return { ms: Math.round((bits / perSecond) * 1000), from: 'what the target lacks, at the limit of its link' };
  const ms = behindMs(behind);
  return ms === null ? null : { ms, from: 'as far as the target is behind' };
}

/** The backlog of the Secondary that takes longest; null: no Secondary says. */
export function longestBacklog(secondaries: readonly SecondaryView[]): Backlog | null {
  return secondaries.flatMap((secondary) => backlogOf(secondary) ?? []).reduce<Backlog | null>((longest, one) => (longest === null || one.ms > longest.ms ? one : longest), null);
}

/** `0h 1m 5s`, as `vradmin repstatus` says it, in milliseconds; null where it says something else. */
export function behindMs(text: string): number | null {
  const [, hours, minutes, seconds] = /^(\d+)h\s+(\d+)m\s+(\d+)s$/.exec(text.trim()) ?? [];
  return seconds === undefined ? null : ((Number(hours) * 60 + Number(minutes)) * 60 + Number(seconds)) * 1000;
}

/** `SRL (1024 Kbytes behind, 2 % full)`. Recalled, not documented: anything else says nothing. */
function bitsBehind(loggingTo: string): number | null {
  const [, kilobytes] = /^SRL \((\d+) Kbytes behind\b/.exec(loggingTo.trim()) ?? [];
  return kilobytes === undefined ? null : Number(kilobytes) * 1024 * 8;
}

/** `2.00 Mbps` (VVR guide, "Bandwidth Limit"); null without a limit. */
function bitsPerSecond(text: string): number | null {
  const [, amount, unit] = /^(\d+(?:\.\d+)?) ([KMG])bps$/.exec(text.trim()) ?? [];
  const bits = Number(amount) * { K: 1e3, M: 1e6, G: 1e9 }[unit === 'K' || unit === 'G' ? unit : 'M'];
  return amount === undefined || bits === 0 ? null : bits;
}
