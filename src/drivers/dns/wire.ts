import { formatIPv6, parseIPv4, parseIPv6 } from '../../domain/addresses.js';
import { ChangeoverError } from '../../domain/errors.js';

/** Numbers on the wire (RFC 1035 §3.2.2, 3596, 8945 §4.2, 2136 §2.3). */
export const typeCode = { A: 1, NS: 2, CNAME: 5, SOA: 6, PTR: 12, TXT: 16, AAAA: 28, TSIG: 250, ANY: 255 } as const;
export type WireType = keyof typeof typeCode;

export const classCode = { IN: 1, NONE: 254, ANY: 255 } as const;

export function u16(value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16BE(value);
  return bytes;
}

export function u32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

/** A fully qualified name, uncompressed (RFC 1035 §3.1). Throws `Invalid` for what no name can be. */
export function encodeName(name: string): Buffer {
  const labels = name.replace(/\.$/, '').split('.').filter((label, _, all) => label !== '' || all.length > 1);
  const parts = labels.map((label) => {
    const bytes = Buffer.from(label, 'latin1');
    if (bytes.length === 0 || bytes.length > 63) throw new ChangeoverError('Invalid', `"${name}" is not a DNS name.`);
    return Buffer.concat([Buffer.from([bytes.length]), bytes]);
  });
  const encoded = Buffer.concat([...parts, Buffer.from([0])]);
  if (encoded.length > 255) throw new ChangeoverError('Invalid', `"${name}" is too long for a DNS name.`);
  return encoded;
}

/** A malformed message. Whoever exchanged it decides what that means. */
export class Malformed extends Error {}

/** A name at `offset`, compressed or not (RFC 1035 §4.1.4), lower case with a trailing dot, and where reading goes on. */
export function decodeName(message: Buffer, offset: number): { readonly name: string; readonly next: number } {
  const labels: string[] = [];
  let at = offset;
  let next: number | null = null;
  let length = 0;
  for (;;) {
    const size = byteAt(message, at);
    if (size === 0) return { name: `${labels.join('.')}.`.toLowerCase(), next: next ?? at + 1 };
    if ((size & 0xc0) === 0xc0) {
      const pointer = ((size & 0x3f) << 8) | byteAt(message, at + 1);
      next ??= at + 2;
      // A pointer may only go backwards; that alone makes a loop impossible.
      if (pointer >= at) throw new Malformed('a name points forwards');
      at = pointer;
      continue;
    }
    if ((size & 0xc0) !== 0) throw new Malformed('a label has an unknown kind');
    length += size + 1;
    if (length > 254 || at + 1 + size > message.length) throw new Malformed('a name does not end');
    labels.push(message.toString('latin1', at + 1, at + 1 + size));
    at += size + 1;
  }
}

function byteAt(message: Buffer, offset: number): number {
  const byte = message[offset];
  if (byte === undefined) throw new Malformed('the message ends too early');
  return byte;
}

/** The data of one record. TXT values are one string of at most 255 bytes. */
export function encodeData(type: WireType, value: string): Buffer {
  switch (type) {
    case 'A': return Buffer.from(parseIPv4(value) ?? invalid(type, value));
    case 'AAAA': return Buffer.from(parseIPv6(value) ?? invalid(type, value));
    case 'CNAME':
    case 'PTR':
    case 'NS': return encodeName(value);
    case 'TXT': {
      const bytes = Buffer.from(value);
      return bytes.length > 255 ? invalid(type, value) : Buffer.concat([Buffer.from([bytes.length]), bytes]);
    }
    case 'SOA':
    case 'TSIG':
    case 'ANY': return invalid(type, value);
  }
}

/** The data at `offset` as text in canonical spelling; null for types we do not read. */
export function decodeData(message: Buffer, place: { readonly type: number; readonly offset: number; readonly length: number }): string | null {
  const data = message.subarray(place.offset, place.offset + place.length);
  switch (place.type) {
    case typeCode.A: return data.length === 4 ? data.join('.') : null;
    case typeCode.AAAA: return data.length === 16 ? formatIPv6([...data]) : null;
    case typeCode.CNAME:
    case typeCode.PTR:
    case typeCode.NS: return decodeName(message, place.offset).name;
    case typeCode.TXT: return strings(data);
    case typeCode.SOA: return serialOf(message, place.offset);
    default: return null;
  }
}

/** Of a zone's SOA only the serial says something to us (RFC 1035 §3.3.13). */
function serialOf(message: Buffer, offset: number): string {
  const at = decodeName(message, decodeName(message, offset).next).next;
  if (at + 4 > message.length) throw new Malformed('a serial is cut off');
  return String(message.readUInt32BE(at));
}

function strings(data: Buffer): string {
  const parts: Buffer[] = [];
  for (let at = 0; at < data.length; at += 1 + (data[at] ?? 0)) parts.push(data.subarray(at + 1, at + 1 + (data[at] ?? 0)));
  return Buffer.concat(parts).toString();
}

function invalid(type: WireType, value: string): never {
  throw new ChangeoverError('Invalid', `"${value}" cannot be the value of a ${type} record.`);
}
