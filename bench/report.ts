import type { MeasuredRun, Mover } from './runs.js';
import { ratioOf, spreadOf, type Spread } from './statistics.js';

/** What is said beside every number: what the lab does not show. */
export const limitsOfTheLab: readonly string[] = [
  'one machine with one clock, shared by both sites, the name servers, Temporal, the worker and the client',
  'no block layer, no attach time, no image pull; the application starts in a tenth of a second',
  'etcd without fsync; replication and `vradmin` are simulated from their documents, a migrate takes what it is told to',
  'the client that obeys TTLs notices up to one TTL (1 s) later, by chance; it shares no cache',
  'the floor goes past the links that can be cut, the product goes through them',
];

export type Habit = 'always' | 'ttl';

export interface Comparison {
  readonly migrateSeconds: number;
  readonly outage: Readonly<Record<Habit, { readonly floor: Spread | null; readonly product: Spread | null; readonly ratio: Spread | null }>>;
  readonly historyEvents: Spread | null;
  /** Seconds by name of the part, in their order. */
  readonly parts: Readonly<Record<Mover, readonly { readonly name: string; readonly seconds: Spread }[]>>;
  readonly load: Spread | null;
  /** Runs that are not counted, each with its reasons. */
  readonly faults: readonly string[];
}

/** Compares runs of the same circumstances. A run with faults is told and not counted, and neither is its neighbour. */
export function compare(migrateSeconds: number, runs: readonly MeasuredRun[]): Comparison {
  const of = (mover: Mover): readonly MeasuredRun[] => runs.filter((run) => run.mover === mover);
  const pairs = of('floor').flatMap((floor, index) => {
    const product = of('product')[index];
    return product === undefined || [...floor.faults, ...product.faults].length > 0 ? [] : [{ floor, product }];
  });
  const outage = (habit: Habit) => {
    const [floor, product] = (['floor', 'product'] as const).map((mover) => pairs.flatMap((pair) => pair[mover].outageSeconds[habit] ?? []));
    return { floor: spreadOf(floor ?? []), product: spreadOf(product ?? []), ratio: ratioOf(floor ?? [], product ?? []) };
  };
  return {
    migrateSeconds,
    outage: { always: outage('always'), ttl: outage('ttl') },
    historyEvents: spreadOf(pairs.flatMap(({ product }) => product.historyEvents ?? [])),
    parts: { floor: partsOf(pairs.map(({ floor }) => floor)), product: partsOf(pairs.map(({ product }) => product)) },
    load: spreadOf(runs.map(({ load }) => load)),
    faults: runs.flatMap(({ mover, faults }) => (faults.length === 0 ? [] : [`a run of the ${mover}: ${faults.join('; ')}`])),
  };
}

function partsOf(runs: readonly MeasuredRun[]): Comparison['parts'][Mover] {
  const names = [...new Set(runs.flatMap(({ parts }) => parts.map(({ name }) => name)))];
  return names.flatMap((name) => {
    const seconds = spreadOf(runs.flatMap(({ parts }) => parts.filter((part) => part.name === name).map((part) => part.seconds)));
    return seconds === null ? [] : [{ name, seconds }];
  });
}

const shown = (spread: Spread | null, digits: number): string =>
  spread === null ? '–' : `${spread.median.toFixed(digits)} (${spread.least.toFixed(digits)} … ${spread.most.toFixed(digits)})`;

const habits: Readonly<Record<Habit, string>> = { always: 'client that asks each time', ttl: 'client that obeys TTLs' };

/** A comparison for people: medians, with least and most in brackets. */
export function table(comparison: Comparison): string {
  const { outage, parts, historyEvents, load, migrateSeconds, faults } = comparison;
  const row = (...cells: readonly string[]): string => `  ${cells.map((cell, index) => (index === 0 ? cell.padEnd(28) : cell.padEnd(24))).join('')}`.trimEnd();
  const count = outage.always.product?.count ?? 0;
  return [
    `\`vradmin migrate\` takes ${migrateSeconds} s: ${count} ${count === 1 ? 'pair' : 'pairs'}, median (least … most)`,
    row('outage, seconds', 'floor', 'product', 'product / floor'),
    ...(['always', 'ttl'] as const).map((habit) => row(habits[habit], shown(outage[habit].floor, 3), shown(outage[habit].product, 3), shown(outage[habit].ratio, 2))),
    row('history events', '–', shown(historyEvents, 0)),
    row('load average', shown(load, 1)),
    '  parts of the floor, seconds',
    ...parts.floor.map(({ name, seconds }) => row(`  ${name}`, shown(seconds, 3))),
    '  steps of the product, seconds',
    ...parts.product.map(({ name, seconds }) => row(`  ${name}`, '', shown(seconds, 3))),
    ...faults.map((fault) => `  NOT COUNTED: ${fault}`),
  ].join('\n');
}
