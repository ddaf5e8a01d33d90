import type { Ack, ClientRecord } from './client-record.js';
import { wasWritable } from './writability.js';
import type { Writability } from './writability.js';

/** A run of acknowledgements that one site gave; times are unix ms. */
export interface Acknowledging {
  readonly site: string;
  readonly from: number;
  readonly to: number;
  readonly count: number;
}

/** Which site acknowledged when, in the order in which the client heard it. */
export function sitesThatAcknowledged(acks: readonly Ack[]): Acknowledging[] {
  const runs: Acknowledging[] = [];
  for (const { servedBy, ackAt } of acks.toSorted((a, b) => a.ackAt - b.ackAt)) {
    const last = runs.at(-1);
    if (last?.site === servedBy) runs[runs.length - 1] = { ...last, to: ackAt, count: last.count + 1 };
    else runs.push({ site: servedBy, from: ackAt, to: ackAt, count: 1 });
  }
  return runs;
}

/** Acknowledgements of a site that could not be written at any moment between question and answer. */
export function acknowledgedUnwritable(acks: readonly Ack[], writability: Writability): string[] {
  return acks
    .filter(({ servedBy, sentAt, ackAt }) => !wasWritable(writability, servedBy, { from: sentAt, to: ackAt }))
    .map(({ client, seq, servedBy, ackAt }) => `${client}/${seq} was acknowledged by ${servedBy} at ${ackAt}, which was not writable`);
}

/** Addresses as the acknowledgements prove them, beside those that were named. */
function siteByAddress(acks: readonly Ack[], named: ReadonlyMap<string, string>): Map<string, string> {
  const sites = new Map(acks.flatMap(({ address, servedBy }) => (address === undefined ? [] : [[address, servedBy] as const])));
  for (const [address, site] of named) sites.set(address, site);
  return sites;
}

/**
 * Name servers that turned to a site before it could be written: traffic was sent there too early.
 * A server's first answer is where it stood, not a turn. Addresses of no known site are passed over.
 */
export function namesAhead(record: ClientRecord, writability: Writability, named: ReadonlyMap<string, string>): string[] {
  const sites = siteByAddress(record.acks, named);
  const before = new Map<string, string>();
  const ahead = new Set<string>();
  for (const { habit, server, at, addresses } of record.answers.toSorted((a, b) => a.at - b.at)) {
    const key = `${habit} ${server}`;
    const said = addresses.join(' ');
    const turned = before.has(key) && before.get(key) !== said;
    before.set(key, said);
    for (const site of turned ? addresses.flatMap((address) => sites.get(address) ?? []) : []) {
      if (!wasWritable(writability, site, { from: at, to: at })) ahead.add(`${server} turned to ${site}, which was not writable`);
    }
  }
  return [...ahead];
}
