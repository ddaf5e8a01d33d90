import type { ShownLimit } from './limits-set.js';

/** Limits as lines for people: those of the run one by one, those of calls in one line for each part of a run. Milliseconds. */
export function limitLines(limits: readonly ShownLimit[]): readonly string[] {
  const groups = new Map<string, string[]>();
  for (const limit of limits) {
    const dot = limit.name.indexOf('.');
    const group = dot < 0 ? limit.name : limit.name.slice(0, dot);
    const text = `${dot < 0 ? '' : `${limit.name.slice(dot + 1)} `}${limit.value ?? 'none'}${from(limit, dot < 0)}`;
    groups.set(group, [...(groups.get(group) ?? []), text]);
  }
  return [...groups].map(([group, texts]) => `${group}: ${texts.join(', ')}`);
}

/** Where nothing is said, it is the default; of the run's own limits it is always said. */
function from({ from: source, site }: ShownLimit, always: boolean): string {
  if (source === 'default') return always ? ' (default)' : '';
  return ` (${source}${site === null ? '' : ` ${site}`})`;
}
