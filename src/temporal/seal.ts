import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Payload, PayloadCodec } from '@temporalio/common';
import { ChangeoverError } from '../domain/errors.js';

/** Of the payload as Temporal keeps it; the names are those of Temporal's own samples, so that its tools know it as sealed. */
const ENCODING = 'binary/encrypted';
const CIPHER = 'AES-256-GCM';
const KEY_BYTES = 32;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

export interface PayloadKey {
  /** The first bytes of the key's SHA-256, so that a key needs no name and two keys never share one. */
  readonly id: string;
  readonly key: Buffer;
}

/** Reads a key file: 32 bytes as base64, as `openssl rand -base64 32` prints them. Throws `Invalid` without a word of its content. */
export function readPayloadKey(file: string): PayloadKey {
  const key = Buffer.from(readFileSync(file, 'utf8').trim(), 'base64');
  if (key.length !== KEY_BYTES) throw new ChangeoverError('Invalid', `${file} is not a payload key: it must hold ${KEY_BYTES} bytes as base64 (openssl rand -base64 32).`);
  return { id: createHash('sha256').update('changeover payload key').update(key).digest('hex').slice(0, 16), key };
}

/** Seals every payload with the first key and opens those of all; what is not sealed passes, so that sealing can be switched on while runs are open. */
export class SealingCodec implements PayloadCodec {
  private readonly keys: ReadonlyMap<string, PayloadKey>;

  constructor(
    private readonly first: PayloadKey,
    others: readonly PayloadKey[] = [],
  ) {
    this.keys = new Map([first, ...others].map((key) => [key.id, key]));
  }

  async encode(payloads: Payload[]): Promise<Payload[]> {
    return payloads.map((payload) => this.sealed(payload));
  }

  async decode(payloads: Payload[]): Promise<Payload[]> {
    return payloads.map((payload) => (textOf(payload.metadata?.['encoding']) === ENCODING ? this.opened(payload) : payload));
  }

  private sealed(payload: Payload): Payload {
    const nonce = randomBytes(NONCE_BYTES);
    const cipher = createCipheriv('aes-256-gcm', this.first.key, nonce).setAAD(Buffer.from(this.first.id));
    const data = Buffer.concat([nonce, cipher.update(flattened(payload)), cipher.final(), cipher.getAuthTag()]);
    return { metadata: { encoding: Buffer.from(ENCODING), 'encryption-cipher': Buffer.from(CIPHER), 'encryption-key-id': Buffer.from(this.first.id) }, data };
  }

  private opened(payload: Payload): Payload {
    const id = textOf(payload.metadata?.['encryption-key-id']);
    const key = this.keys.get(id)?.key;
    if (key === undefined) throw new ChangeoverError('Invalid', `A payload is sealed with the key ${id || 'of no name'}, which is none of temporal.payloadKeys.`);
    const data = Buffer.from(payload.data ?? []);
    try {
      const decipher = createDecipheriv('aes-256-gcm', key, data.subarray(0, NONCE_BYTES)).setAAD(Buffer.from(id));
      decipher.setAuthTag(data.subarray(-TAG_BYTES));
      return unflattened(Buffer.concat([decipher.update(data.subarray(NONCE_BYTES, -TAG_BYTES)), decipher.final()]));
    } catch (cause) {
      throw new ChangeoverError('Invalid', `A payload sealed with the key ${id} was changed or cut.`, { cause });
    }
  }
}

/** Metadata and data as one run of bytes: the length of the metadata (4 bytes), the metadata as JSON of base64, the data. */
function flattened({ metadata, data }: Payload): Buffer {
  const head = Buffer.from(JSON.stringify(Object.fromEntries(Object.entries(metadata ?? {}).map(([name, value]) => [name, Buffer.from(value).toString('base64')]))));
  const length = Buffer.alloc(4);
  length.writeUInt32BE(head.length);
  return Buffer.concat([length, head, data ?? Buffer.alloc(0)]);
}

function unflattened(bytes: Buffer): Payload {
  const end = 4 + bytes.readUInt32BE(0);
  const metadata = JSON.parse(bytes.subarray(4, end).toString('utf8')) as Readonly<Record<string, string>>;
  return { metadata: Object.fromEntries(Object.entries(metadata).map(([name, value]) => [name, Buffer.from(value, 'base64')])), data: bytes.subarray(end) };
}

function textOf(bytes: Uint8Array | null | undefined): string {
  return bytes === null || bytes === undefined ? '' : Buffer.from(bytes).toString('utf8');
}
