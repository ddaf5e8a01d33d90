import { createCipheriv, createDecipheriv, diffieHellman, generateKeyPairSync, hkdfSync, randomBytes, type KeyObject } from 'node:crypto';
import { brotliCompressSync, brotliDecompressSync, constants } from 'node:zlib';
import { canonical } from '../../domain/canonical.js';
import { damaged } from './content.js';
import { decodeEnvelope, encodeEnvelope, type Facts, type SealedKey } from './envelope.js';
import { publicKeyOf, rawPublicKey } from './keys.js';

/** Bytes: AES-256 keys, GCM's nonces and tags (NIST SP 800-38D recommends 96 and 128 bits). */
const KEY_BYTES = 32;
const IV_BYTES = 12;
const TAG_BYTES = 16;

/** Brotli's fourth level: as small as gzip's sixth on manifests, and as fast. */
const BROTLI_QUALITY = 4;

export interface Recipient {
  readonly site: string;
  readonly publicKey: KeyObject;
}

/**
 * Seals `plain` for the recipients: compressed, encrypted with a fresh data key (AES-256-GCM, the facts authenticated with it),
 * and the data key wrapped for each recipient by ephemeral-static X25519, HKDF-SHA256 and AES-256-GCM.
 */
export function seal(plain: Buffer, facts: Facts, recipients: readonly Recipient[]): Buffer {
  const dataKey = randomBytes(KEY_BYTES);
  const iv = randomBytes(IV_BYTES);
  const compressed = brotliCompressSync(plain, { params: { [constants.BROTLI_PARAM_QUALITY]: BROTLI_QUALITY, [constants.BROTLI_PARAM_SIZE_HINT]: plain.length } });
  const sealed = encrypt(compressed, { key: dataKey, iv, aad: Buffer.from(canonical(facts)) });
  return encodeEnvelope({ facts, iv: iv.toString('base64'), recipients: recipients.map((recipient) => wrap(dataKey, recipient, facts)) }, sealed);
}

export interface Opener {
  readonly site: string;
  readonly privateKey: KeyObject;
}

/** The plain text and what the header says of it. Throws `SnapshotDamaged`. */
export function open(bytes: Buffer, opener: Opener): { readonly plain: Buffer; readonly facts: Facts } {
  const { header, sealed } = decodeEnvelope(bytes);
  const own = header.recipients.find(({ site }) => site === opener.site);
  if (own === undefined) throw damaged(`The snapshot was not sealed for ${opener.site}.`);
  const dataKey = unwrap(own, opener, header.facts);
  const compressed = decrypt(sealed, { key: dataKey, iv: Buffer.from(header.iv, 'base64'), aad: Buffer.from(canonical(header.facts)) }, 'The content of the snapshot was changed after it was sealed.');
  try {
    return { plain: brotliDecompressSync(compressed), facts: header.facts };
  } catch (cause) {
    throw damaged('The content of the snapshot cannot be unpacked.', { cause });
  }
}

function wrap(dataKey: Buffer, { site, publicKey }: Recipient, facts: Facts): SealedKey {
  const { privateKey: ephemeral } = generateKeyPairSync('x25519');
  const iv = randomBytes(IV_BYTES);
  const key = wrappingKey({ secret: diffieHellman({ privateKey: ephemeral, publicKey }), ephemeral: rawPublicKey(ephemeral), recipient: rawPublicKey(publicKey) });
  return { site, ephemeral: rawPublicKey(ephemeral).toString('base64'), iv: iv.toString('base64'), key: encrypt(dataKey, { key, iv, aad: wrapAad(site, facts) }).toString('base64') };
}

function unwrap(sealedKey: SealedKey, { site, privateKey }: Opener, facts: Facts): Buffer {
  const reason = `The snapshot cannot be opened with the key of ${site}: it was sealed for another one, or changed.`;
  try {
    const ephemeral = Buffer.from(sealedKey.ephemeral, 'base64');
    const secret = diffieHellman({ privateKey, publicKey: publicKeyOf(ephemeral) });
    const key = wrappingKey({ secret, ephemeral, recipient: rawPublicKey(privateKey) });
    return decrypt(Buffer.from(sealedKey.key, 'base64'), { key, iv: Buffer.from(sealedKey.iv, 'base64'), aad: wrapAad(site, facts) }, reason);
  } catch (cause) {
    throw damaged(reason, { cause });
  }
}

/** Both public keys salt the derivation, so that a wrapping key belongs to exactly this pair. */
function wrappingKey({ secret, ephemeral, recipient }: { secret: Buffer; ephemeral: Buffer; recipient: Buffer }): Buffer {
  return Buffer.from(hkdfSync('sha256', secret, Buffer.concat([ephemeral, recipient]), 'changeover snapshot key wrap v1', KEY_BYTES));
}

function wrapAad(site: string, { digest }: Facts): Buffer {
  return Buffer.from(canonical({ site, digest }));
}

interface Gcm {
  readonly key: Buffer;
  readonly iv: Buffer;
  readonly aad: Buffer;
}

function encrypt(plain: Buffer, { key, iv, aad }: Gcm): Buffer {
  const cipher = createCipheriv('aes-256-gcm', key, iv, { authTagLength: TAG_BYTES }).setAAD(aad);
  return Buffer.concat([cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
}

function decrypt(sealed: Buffer, { key, iv, aad }: Gcm, reason: string): Buffer {
  try {
    const decipher = createDecipheriv('aes-256-gcm', key, iv, { authTagLength: TAG_BYTES }).setAAD(aad);
    const end = sealed.length - TAG_BYTES;
    if (end < 0) throw new Error('shorter than its tag');
    decipher.setAuthTag(sealed.subarray(end));
    return Buffer.concat([decipher.update(sealed.subarray(0, end)), decipher.final()]);
  } catch (cause) {
    throw damaged(reason, { cause });
  }
}
