import { classCode, decodeData, decodeName, encodeData, encodeName, Malformed, typeCode, u16, u32, type WireType } from './wire.js';

/** A resource record as we send it. `value` null: no data (prerequisites and deletions, RFC 2136 §2.4, §2.5). */
export interface OutgoingRecord {
  readonly name: string;
  readonly type: WireType;
  readonly class: keyof typeof classCode;
  readonly ttlSeconds: number;
  readonly value: string | null;
}

/** Four sections; a query uses the first only, an update calls them zone, prerequisites, updates and additional data. */
export interface OutgoingMessage {
  readonly id: number;
  readonly opcode: 'query' | 'update';
  readonly question: { readonly name: string; readonly type: WireType };
  readonly prerequisites?: readonly OutgoingRecord[];
  readonly updates?: readonly OutgoingRecord[];
}

export interface IncomingRecord {
  readonly name: string;
  /** Number of the type: unknown ones are carried too. */
  readonly type: number;
  readonly class: number;
  readonly ttlSeconds: number;
  /** Null for types that we do not read. */
  readonly value: string | null;
  /** Where the record begins, and where its data does, for whoever reads it otherwise. */
  readonly offset: number;
  readonly dataOffset: number;
  readonly dataLength: number;
}

export interface IncomingMessage {
  readonly id: number;
  readonly isResponse: boolean;
  readonly opcode: number;
  readonly authoritative: boolean;
  readonly truncated: boolean;
  readonly rcode: number;
  readonly answers: readonly IncomingRecord[];
  readonly authority: readonly IncomingRecord[];
  readonly additional: readonly IncomingRecord[];
}

const opcodes = { query: 0, update: 5 } as const;

/** Names of the response codes we may be given (RFC 1035 §4.1.1, RFC 2136 §2.2). */
const rcodes = ['NOERROR', 'FORMERR', 'SERVFAIL', 'NXDOMAIN', 'NOTIMP', 'REFUSED', 'YXDOMAIN', 'YXRRSET', 'NXRRSET', 'NOTAUTH', 'NOTZONE'] as const;
export type Rcode = (typeof rcodes)[number] | `RCODE${number}`;

export function rcodeOf(message: Pick<IncomingMessage, 'rcode'>): Rcode {
  return rcodes[message.rcode] ?? `RCODE${message.rcode}`;
}

/** Recursion is never asked for: each server is to say what it knows itself. */
export function encodeMessage(message: OutgoingMessage): Buffer {
  const prerequisites = message.prerequisites ?? [];
  const updates = message.updates ?? [];
  return Buffer.concat([
    u16(message.id), u16(opcodes[message.opcode] << 11), u16(1), u16(prerequisites.length), u16(updates.length), u16(0),
    encodeName(message.question.name), u16(typeCode[message.question.type]), u16(classCode.IN),
    ...[...prerequisites, ...updates].map(encodeRecord),
  ]);
}

function encodeRecord(record: OutgoingRecord): Buffer {
  const data = record.value === null ? Buffer.alloc(0) : encodeData(record.type, record.value);
  return Buffer.concat([encodeName(record.name), u16(typeCode[record.type]), u16(classCode[record.class]), u32(record.ttlSeconds), u16(data.length), data]);
}

/** Throws `Malformed`. */
export function decodeMessage(bytes: Buffer): IncomingMessage {
  if (bytes.length < 12) throw new Malformed('the message is shorter than its header');
  const flags = bytes.readUInt16BE(2);
  let at = 12;
  for (let count = bytes.readUInt16BE(4); count > 0; count -= 1) at = decodeName(bytes, at).next + 4;
  const section = (count: number): IncomingRecord[] =>
    Array.from({ length: count }, () => {
      const record = decodeRecord(bytes, at);
      at = record.dataOffset + record.dataLength;
      return record;
    });
  const [answers, authority, additional] = [section(bytes.readUInt16BE(6)), section(bytes.readUInt16BE(8)), section(bytes.readUInt16BE(10))];
  return {
    id: bytes.readUInt16BE(0),
    isResponse: (flags & 0x8000) !== 0,
    opcode: (flags >> 11) & 15,
    authoritative: (flags & 0x0400) !== 0,
    truncated: (flags & 0x0200) !== 0,
    rcode: flags & 15,
    answers,
    authority,
    additional,
  };
}

function decodeRecord(bytes: Buffer, offset: number): IncomingRecord {
  const { name, next } = decodeName(bytes, offset);
  if (next + 10 > bytes.length) throw new Malformed('a record is cut off');
  const type = bytes.readUInt16BE(next);
  const dataOffset = next + 10;
  const dataLength = bytes.readUInt16BE(next + 8);
  if (dataOffset + dataLength > bytes.length) throw new Malformed('a record\'s data is cut off');
  return {
    name, type, class: bytes.readUInt16BE(next + 2), ttlSeconds: bytes.readUInt32BE(next + 4),
    value: decodeData(bytes, { type, offset: dataOffset, length: dataLength }),
    offset, dataOffset, dataLength,
  };
}
