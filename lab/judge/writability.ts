import { InputFault, isTime, parseObject, readLines } from './input.js';

/** One line of a site's writability log. */
interface Change {
  readonly site: string;
  readonly rvg: string;
  readonly atMs: number;
  readonly writable: boolean;
}

/** A closed span of time, unix ms; `to` is Infinity while it lasts. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** Site → the spans in which its volume group could be written. */
export type Writability = ReadonlyMap<string, readonly Span[]>;

export interface Overlap extends Span {
  readonly sites: readonly string[];
}

function readChanges(path: string): Change[] {
  const { lines, torn } = readLines(path);
  // A torn line may be the very change that matters, so nothing can be said without it.
  if (torn !== '') throw new InputFault(`${path}: the last line is torn`);
  const lastAt = new Map<string, number>();
  const changes = lines.map((line, index): Change => {
    const { site, rvg, atMs, writable } = parseObject(line) ?? {};
    if (typeof site !== 'string' || typeof rvg !== 'string' || !isTime(atMs) || typeof writable !== 'boolean') {
      throw new InputFault(`${path}: line ${index + 1} is not a change of writability`);
    }
    const key = `${site}/${rvg}`;
    if (atMs < (lastAt.get(key) ?? 0)) throw new InputFault(`${path}: line ${index + 1} goes back in time`);
    lastAt.set(key, atMs);
    return { site, rvg, atMs, writable };
  });
  if (changes.length === 0) throw new InputFault(`${path}: holds no line`);
  return changes;
}

function spansOf(changes: readonly Change[]): Span[] {
  const spans: Span[] = [];
  let from: number | undefined;
  for (const { writable, atMs } of changes) {
    if (writable) from ??= atMs;
    else if (from !== undefined) {
      spans.push({ from, to: atMs });
      from = undefined;
    }
  }
  if (from !== undefined) spans.push({ from, to: Infinity });
  return spans;
}

/**
 * Reads the logs of all sites for one volume group.
 * @throws InputFault for unreadable logs, a volume group that is not in them, or several when none is named.
 */
export function readWritability(paths: readonly string[], rvg: string | undefined): Writability {
  const changes = paths.flatMap(readChanges);
  const groups = [...new Set(changes.map((change) => change.rvg))];
  const judged = rvg ?? groups[0] ?? '';
  if (rvg === undefined && groups.length > 1) {
    throw new InputFault(`the writability logs hold several volume groups (${groups.join(', ')}): name one with --rvg`);
  }
  if (!groups.includes(judged)) throw new InputFault(`the writability logs do not hold volume group ${judged}`);
  const ofGroup = changes.filter((change) => change.rvg === judged);
  const sites = [...new Set(ofGroup.map((change) => change.site))];
  return new Map(sites.map((site) => [site, spansOf(ofGroup.filter((change) => change.site === site))]));
}

/** Sites that can be written once the logs end. */
export function writableAtEnd(writability: Writability): string[] {
  return [...writability].filter(([, spans]) => spans.at(-1)?.to === Infinity).map(([site]) => site);
}

/** Whether the site could be written at any moment of the closed span. */
export function wasWritable(writability: Writability, site: string, during: Span): boolean {
  return (writability.get(site) ?? []).some(({ from, to }) => from <= during.to && to >= during.from);
}

/**
 * The most sites that could be written at one moment, and when more than one could.
 * Spans are closed: a site that gains at the very ms another loses counts as two, because the order
 * within that instant is not known.
 */
export function writersAtOnce(writability: Writability): { most: number; overlaps: Overlap[] } {
  const edges = [...writability].flatMap(([site, spans]) =>
    spans.flatMap(({ from, to }) => [{ site, at: from, gains: true }, { site, at: to, gains: false }]),
  );
  edges.sort((a, b) => a.at - b.at || Number(b.gains) - Number(a.gains));
  // Counted per site: one that loses and gains in the same ms has two spans that touch.
  const open = new Map<string, number>();
  const writers = (): string[] => [...open].filter(([, count]) => count > 0).map(([site]) => site);
  const overlaps: Overlap[] = [];
  let most = 0;
  let since = 0;
  for (const { site, at, gains } of edges) {
    const before = writers();
    if (before.length > 1) overlaps.push({ from: since, to: at, sites: before });
    open.set(site, (open.get(site) ?? 0) + (gains ? 1 : -1));
    since = at;
    most = Math.max(most, writers().length);
  }
  return { most, overlaps };
}
