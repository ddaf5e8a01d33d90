/** What a row of measurements says, in their own unit. */
export interface Spread {
  readonly median: number;
  readonly least: number;
  readonly most: number;
  readonly count: number;
}

/** Null when nothing was measured. */
export function spreadOf(values: readonly number[]): Spread | null {
  const sorted = values.toSorted((a, b) => a - b);
  const [least, most] = [sorted[0], sorted.at(-1)];
  if (least === undefined || most === undefined) return null;
  const half = Math.floor(sorted.length / 2);
  const [below, above] = [sorted[sorted.length % 2 === 0 ? half - 1 : half] ?? least, sorted[half] ?? most];
  return { median: (below + above) / 2, least, most, count: sorted.length };
}

/** The value below which this share of the values lies (nearest rank); NaN when nothing was measured. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN;
}

/**
 * How many times as long: the ratio of the medians, and the least and most of the ratios of neighbours. Neighbours were measured one after
 * the other, so what slowed the machine down for a while slowed both. Null when a side was not measured.
 */
export function ratioOf(floor: readonly number[], product: readonly number[]): Spread | null {
  const [below, above] = [spreadOf(floor), spreadOf(product)];
  if (below === null || above === null || below.median === 0) return null;
  const neighbours = spreadOf(product.flatMap((value, index) => (floor[index] === undefined || floor[index] === 0 ? [] : [value / floor[index]])));
  if (neighbours === null) return null;
  return { ...neighbours, median: above.median / below.median };
}
