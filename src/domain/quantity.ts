const suffixes: Readonly<Record<string, number>> = { n: 1e-9, u: 1e-6, m: 1e-3, '': 1, k: 1e3, M: 1e6, G: 1e9, T: 1e12, P: 1e15, E: 1e18, Ki: 2 ** 10, Mi: 2 ** 20, Gi: 2 ** 30, Ti: 2 ** 40, Pi: 2 ** 50, Ei: 2 ** 60 };

/** A Kubernetes quantity, `500m` or `1.5Gi`, as a number of its base unit (cores, bytes, objects); null: it is none. */
export function quantityOf(value: unknown): number | null {
  if (typeof value === 'number') return value;
  const [, amount, exponent, suffix = ''] = /^([+-]?\d*\.?\d+)(?:[eE]([+-]?\d+))?([A-Za-z]{0,2})$/.exec(typeof value === 'string' ? value.trim() : '') ?? [];
  const factor = suffixes[suffix];
  return amount === undefined || factor === undefined ? null : Number(amount) * 10 ** Number(exponent ?? 0) * factor;
}

/** For people: whole where it can be, `1.5 Gi`, `0.25`. */
export function quantityText(value: number): string {
  const unit = ['Ti', 'Gi', 'Mi', 'Ki'].find((one) => value >= (suffixes[one] ?? Infinity));
  const scaled = unit === undefined ? value : value / (suffixes[unit] ?? 1);
  return `${Number(scaled.toFixed(2))}${unit ?? ''}`;
}
