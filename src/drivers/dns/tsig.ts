import { createHmac, timingSafeEqual } from 'node:crypto';
import { decodeMessage } from './message.js';
import { classCode, decodeName, encodeName, Malformed, typeCode, u16, u32 } from './wire.js';

/** A shared key (RFC 8945). `secret` is base64 and appears in no message, error or report. */
export interface TsigKey {
  readonly name: string;
  readonly algorithm: 'hmac-sha256' | 'hmac-sha384' | 'hmac-sha512';
  readonly secret: string;
}

/** Seconds that the two clocks may differ (RFC 8945 §10 recommends 300). */
const FUDGE_SECONDS = 300;

const errors: Readonly<Record<number, string>> = { 16: 'BADSIG', 17: 'BADKEY', 18: 'BADTIME', 22: 'BADTRUNC' };

/** What is signed beside the message (RFC 8945 §4.3.3), and what the record carries. */
interface Variables {
  readonly timeSeconds: number;
  readonly fudge: number;
  readonly error: number;
  readonly other: Buffer;
}

/** The message with a TSIG record at its end, and its MAC, which the response's MAC covers. */
export function sign(message: Buffer, key: TsigKey, timeSeconds: number): { readonly signed: Buffer; readonly mac: Buffer } {
  const variables: Variables = { timeSeconds, fudge: FUDGE_SECONDS, error: 0, other: Buffer.alloc(0) };
  const mac = macOf(message, key, variables);
  const data = Buffer.concat([encodeName(key.algorithm), u48(timeSeconds), u16(FUDGE_SECONDS), u16(mac.length), mac, message.subarray(0, 2), u16(0), u16(0)]);
  const record = Buffer.concat([keyName(key), u16(typeCode.TSIG), u16(classCode.ANY), u32(0), u16(data.length), data]);
  const signed = Buffer.concat([message, record]);
  signed.writeUInt16BE(signed.readUInt16BE(10) + 1, 10);
  return { signed, mac };
}

export type Verification = { readonly kind: 'verified'; readonly timeSeconds: number } | { readonly kind: 'refused'; readonly reason: string };

/** Whether `response` is signed by the same key, now, as an answer to the request with `requestMac`. */
export function verify(response: Buffer, request: { readonly key: TsigKey; readonly mac: Buffer; readonly nowSeconds: number }): Verification {
  const refused = (reason: string): Verification => ({ kind: 'refused', reason });
  const { key } = request;
  const record = decodeMessage(response).additional.at(-1);
  if (record === undefined || record.type !== typeCode.TSIG) return refused('the answer is not signed');
  const algorithm = decodeName(response, record.dataOffset);
  const fields = fieldsOf(response.subarray(algorithm.next, record.dataOffset + record.dataLength));
  // An error answer about the key itself comes unsigned (RFC 8945 §5.2): what it says is believed, since it grants nothing.
  const error = errors[fields.variables.error];
  if (error !== undefined) return refused(error);
  if (record.name !== qualifiedLower(key.name) || algorithm.name !== qualifiedLower(key.algorithm)) return refused('the answer is signed by another key');

  const unsigned = Buffer.from(response.subarray(0, record.offset));
  unsigned.writeUInt16BE(fields.originalId, 0);
  unsigned.writeUInt16BE(unsigned.readUInt16BE(10) - 1, 10);
  const expected = macOf(Buffer.concat([u16(request.mac.length), request.mac, unsigned]), key, fields.variables);
  if (fields.mac.length !== expected.length || !timingSafeEqual(fields.mac, expected)) return refused('the answer\'s signature is wrong');
  const apart = Math.abs(request.nowSeconds - fields.variables.timeSeconds);
  return apart > fields.variables.fudge ? refused(`the clocks are ${apart} s apart`) : { kind: 'verified', timeSeconds: fields.variables.timeSeconds };
}

function fieldsOf(data: Buffer): { readonly variables: Variables; readonly mac: Buffer; readonly originalId: number } {
  const macLength = data.length < 10 ? Number.NaN : data.readUInt16BE(8);
  if (!(data.length >= 10 + macLength + 6)) throw new Malformed('the signature is cut off');
  const rest = 10 + macLength;
  if (data.length !== rest + 6 + data.readUInt16BE(rest + 4)) throw new Malformed('the signature has another length than it says');
  return {
    mac: data.subarray(10, rest),
    originalId: data.readUInt16BE(rest),
    variables: {
      timeSeconds: data.readUIntBE(0, 6),
      fudge: data.readUInt16BE(6),
      error: data.readUInt16BE(rest + 2),
      other: data.subarray(rest + 6),
    },
  };
}

function macOf(message: Buffer, key: TsigKey, { timeSeconds, fudge, error, other }: Variables): Buffer {
  return createHmac(key.algorithm.replace('hmac-', ''), Buffer.from(key.secret, 'base64'))
    .update(message)
    .update(Buffer.concat([keyName(key), u16(classCode.ANY), u32(0), encodeName(key.algorithm), u48(timeSeconds), u16(fudge), u16(error), u16(other.length), other]))
    .digest();
}

/** Canonical form: lower case, uncompressed (RFC 8945 §4.3.3). */
function keyName(key: TsigKey): Buffer {
  return encodeName(qualifiedLower(key.name));
}

function qualifiedLower(name: string): string {
  return name.toLowerCase().replace(/\.?$/, '.');
}

function u48(value: number): Buffer {
  const bytes = Buffer.alloc(6);
  bytes.writeUIntBE(value, 0, 6);
  return bytes;
}
