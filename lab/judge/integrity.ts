import type { Ack } from './client-record.js';
import type { Ledger, LedgerEntry } from './ledger.js';

export interface LostWrite {
  readonly client: string;
  readonly seq: number;
  readonly id: string;
  readonly site: string;
  readonly ackAt: number;
  readonly why: string;
}

const keyOf = ({ client, seq }: { readonly client: string; readonly seq: number }): string => `${client}/${seq}`;

/** Acknowledged orders that the ledger does not hold, or does not hold as they were acknowledged. */
export function lostWrites(acks: readonly Ack[], ledger: Ledger): LostWrite[] {
  const byId = new Map(ledger.entries.map((entry) => [entry.id, entry]));
  const byKey = new Map(ledger.entries.map((entry) => [keyOf(entry), entry]));
  return acks.flatMap((ack) => {
    const { client, seq, id, site, ackAt } = ack;
    const lost = (why: string): LostWrite[] => [{ client, seq, id, site, ackAt, why }];
    const entry = byId.get(id);
    if (entry === undefined) {
      const instead = byKey.get(keyOf(ack));
      return lost(instead === undefined ? 'not in the ledger' : `the ledger holds ${instead.id} in its place`);
    }
    const same = entry.client === client && entry.seq === seq && entry.site === site;
    return same ? [] : lost(`the ledger holds it as ${keyOf(entry)} of ${entry.site}`);
  });
}

function repeated(keys: readonly string[], what: (key: string) => string): string[] {
  const seen = new Set<string>();
  const twice = keys.filter((key) => seen.has(key) || (seen.add(key), false));
  return twice.map(what);
}

/** Orders written twice, ids given twice, and orders acknowledged under two ids. */
export function duplicates(acks: readonly Ack[], ledger: Ledger): string[] {
  const idsByKey = new Map<string, Set<string>>();
  for (const ack of acks) idsByKey.set(keyOf(ack), (idsByKey.get(keyOf(ack)) ?? new Set()).add(ack.id));
  const twoIds = [...idsByKey].filter(([, ids]) => ids.size > 1).map(([key, ids]) => `${key} was acknowledged as ${[...ids].join(' and ')}`);
  return [
    ...repeated(ledger.entries.map(keyOf), (key) => `${key} stands twice in the ledger`),
    ...repeated(ledger.entries.map(({ id }) => id), (id) => `id ${id} stands twice in the ledger`),
    ...twoIds,
  ];
}

/** Where a client's orders do not stand in the order in which it sent them. */
function sequenceViolations(entries: readonly LedgerEntry[]): string[] {
  const highest = new Map<string, number>();
  return entries.flatMap(({ client, seq }, index) => {
    const before = highest.get(client) ?? 0;
    highest.set(client, Math.max(before, seq));
    return seq < before ? [`line ${index + 1}: ${client}/${seq} stands after ${client}/${before}`] : [];
  });
}

/**
 * Orders a client must have written, because it sends the next one only after the last was
 * acknowledged, but that neither ledger nor record know. Acknowledged ones count as lost instead.
 */
function holes(acks: readonly Ack[], entries: readonly LedgerEntry[]): string[] {
  const known = new Set([...acks, ...entries].map(keyOf));
  const clients = new Set(acks.map(({ client }) => client));
  const last = new Map<string, number>();
  for (const { client, seq } of [...entries, ...acks]) {
    if (clients.has(client)) last.set(client, Math.max(last.get(client) ?? 0, seq));
  }
  return [...last].flatMap(([client, highest]) =>
    Array.from({ length: highest }, (_, index) => index + 1)
      .filter((seq) => !known.has(keyOf({ client, seq })))
      .map((seq) => `${client}/${seq} is nowhere, ${client}/${highest} is there`),
  );
}

/** Where the table says what the log does not: it was written before the log, or not from it. */
export function tableViolations({ site, entries, table }: Ledger): string[] {
  const counts = new Map<string, number>();
  const countAtLine = entries.map(({ client }) => {
    const count = (counts.get(client) ?? 0) + 1;
    counts.set(client, count);
    return count;
  });
  return table.flatMap(({ client, seq, id, line, count }) => {
    const entry = entries[line - 1];
    if (entry === undefined) return [`the table of ${site} is ahead: ${client} at line ${line}, the log has ${entries.length}`];
    if (entry.id !== id || entry.client !== client || entry.seq !== seq) {
      return [`the table of ${site} names ${client}/${seq} at line ${line}, the log has ${keyOf(entry)} there`];
    }
    if (countAtLine[line - 1] !== count) return [`the table of ${site} counts ${count} orders of ${client} at line ${line}`];
    return [];
  });
}

/** Everything about the order of one ledger: sequences, holes, table against log. */
export function orderViolations(acks: readonly Ack[], ledger: Ledger): string[] {
  return [...sequenceViolations(ledger.entries), ...holes(acks, ledger.entries), ...tableViolations(ledger)];
}
