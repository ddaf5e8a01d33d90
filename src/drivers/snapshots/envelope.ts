import { damaged } from './content.js';

/** The data key, sealed for one site. All bytes are base64. */
export interface SealedKey {
  readonly site: string;
  /** One-time public key that the sealer made for this recipient. */
  readonly ephemeral: string;
  readonly iv: string;
  readonly key: string;
}

/** What everybody may know of a snapshot; authenticated together with the content. */
export interface Facts {
  readonly version: 1;
  readonly codec: 'brotli';
  readonly unit: string;
  readonly digest: string;
  readonly objects: number;
  /** ISO 8601 UTC. */
  readonly at: string;
}

export interface Header {
  readonly facts: Facts;
  readonly iv: string;
  readonly recipients: readonly SealedKey[];
}

/** Eight bytes that say what this is. */
const MAGIC = Buffer.from('CHGOVER1');

/** magic · length of the header (4 bytes, big endian) · header as JSON · sealed content. */
export function encodeEnvelope(header: Header, sealed: Buffer): Buffer {
  const text = Buffer.from(JSON.stringify(header));
  const length = Buffer.alloc(4);
  length.writeUInt32BE(text.length);
  return Buffer.concat([MAGIC, length, text, sealed]);
}

/** Throws `SnapshotDamaged`. */
export function decodeEnvelope(bytes: Buffer): { readonly header: Header; readonly sealed: Buffer } {
  const start = MAGIC.length + 4;
  if (bytes.length < start || !bytes.subarray(0, MAGIC.length).equals(MAGIC)) throw damaged('The stored bytes are not a snapshot of ours.');
  const end = start + bytes.readUInt32BE(MAGIC.length);
  if (end > bytes.length) throw damaged('The header of the snapshot is cut off.');
  return { header: readHeader(bytes.toString('utf8', start, end)), sealed: bytes.subarray(end) };
}

function readHeader(text: string): Header {
  let header: Partial<Header> | null;
  try {
    header = JSON.parse(text) as Partial<Header> | null;
  } catch (cause) {
    throw damaged('The header of the snapshot cannot be read.', { cause });
  }
  const { facts, iv, recipients } = header ?? {};
  const whole = typeof facts?.digest === 'string' && typeof facts.unit === 'string' && typeof facts.at === 'string' && typeof facts.objects === 'number' && typeof iv === 'string' && Array.isArray(recipients);
  if (!whole) throw damaged('The header of the snapshot lacks fields.');
  if (facts.version !== 1 || facts.codec !== 'brotli') throw damaged(`The snapshot has version ${String(facts.version)} and codec ${String(facts.codec)}, which this release does not read.`);
  return { facts, iv, recipients };
}
