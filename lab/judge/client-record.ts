import { InputFault, isPositiveInteger, isTime, parseObject, readLines } from './input.js';

/** What the client was told; times are unix ms. */
export interface Ack {
  readonly habit: string;
  readonly client: string;
  readonly seq: number;
  readonly id: string;
  readonly site: string;
  readonly servedBy: string;
  readonly address: string | undefined;
  readonly sentAt: number;
  readonly ackAt: number;
}

/** A name server's answer, recorded when it differs from that server's last one. */
export interface DnsAnswer {
  readonly habit: string;
  readonly server: string;
  readonly at: number;
  readonly addresses: readonly string[];
}

export interface ClientRecord {
  readonly acks: readonly Ack[];
  readonly answers: readonly DnsAnswer[];
  /** Habits that took part, also those that were never acknowledged. */
  readonly habits: readonly string[];
  /** When the client stopped writing, or the last time in a record it could not finish. */
  readonly endAt: number;
}

type Fields = Readonly<Record<string, unknown>>;

const text = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);

function ackOf(fields: Fields): Ack | undefined {
  const { habit, client = habit, seq, id, site, servedBy = site, address, sentAt, ackAt } = fields;
  if (typeof habit !== 'string' || typeof client !== 'string' || !isPositiveInteger(seq)) return undefined;
  if (typeof id !== 'string' || typeof site !== 'string' || typeof servedBy !== 'string') return undefined;
  if (!isTime(sentAt) || !isTime(ackAt) || ackAt < sentAt) return undefined;
  return { habit, client, seq, id, site, servedBy, address: text(address), sentAt, ackAt };
}

function answerOf(fields: Fields): DnsAnswer | undefined {
  const { habit, server, at, addresses } = fields;
  if (typeof habit !== 'string' || typeof server !== 'string' || !isTime(at) || !Array.isArray(addresses)) return undefined;
  return { habit, server, at, addresses: addresses.filter((address) => typeof address === 'string') };
}

function timesOf(fields: Fields): number[] {
  return [fields['at'], fields['ackAt'], fields['to']].filter(isTime);
}

/**
 * Reads the client's record: JSON lines of kind start, ack, failure, answer, end; a line without a kind
 * is an acknowledgement.
 * @throws InputFault when it cannot be read, has a broken line before its end, or holds no acknowledgement.
 */
export function readClientRecord(path: string): ClientRecord {
  const { lines } = readLines(path);
  const acks: Ack[] = [];
  const answers: DnsAnswer[] = [];
  const habits = new Set<string>();
  let endAt = 0;
  for (const [index, line] of lines.entries()) {
    const fault = new InputFault(`${path}: line ${index + 1} is not a record of the client`);
    const fields = parseObject(line);
    if (fields === undefined) throw fault;
    endAt = Math.max(endAt, ...timesOf(fields));
    const kind = fields['kind'] ?? 'ack';
    if (kind === 'ack') {
      const ack = ackOf(fields);
      if (ack === undefined) throw fault;
      acks.push(ack);
      habits.add(ack.habit);
    } else if (kind === 'answer') {
      const answer = answerOf(fields);
      if (answer === undefined) throw fault;
      answers.push(answer);
    } else if (kind === 'start') {
      const named = fields['habits'];
      for (const habit of typeof named === 'object' && named !== null ? Object.keys(named) : []) habits.add(habit);
    } else if (kind !== 'failure' && kind !== 'end') {
      throw fault;
    }
  }
  if (acks.length === 0) throw new InputFault(`${path}: not one acknowledgement: nothing was proved`);
  return { acks, answers, habits: [...habits], endAt };
}
