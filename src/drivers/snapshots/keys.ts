import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { ChangeoverError } from '../../domain/errors.js';

/** A site's key pair for snapshots: X25519, PKCS #8 and SPKI in PEM. The private half stays on the site. */
export function generateSiteKey(): { readonly privatePem: string; readonly publicPem: string } {
  const { privateKey, publicKey } = generateKeyPairSync('x25519');
  return { privatePem: pem(privateKey.export({ type: 'pkcs8', format: 'pem' })), publicPem: pem(publicKey.export({ type: 'spki', format: 'pem' })) };
}

/** Throws `Invalid`; the key itself enters no message. */
export function readPrivateKey(text: string, site: string): KeyObject {
  return readKey(() => createPrivateKey(text), `The private snapshot key of ${site}`);
}

/** Throws `Invalid`. */
export function readPublicKey(text: string, site: string): KeyObject {
  // A private key would be taken too, its public half derived: refuse it, so that nobody hands private keys around.
  if (text.includes('PRIVATE KEY')) throw new ChangeoverError('Invalid', `The public snapshot key of ${site} is a private key.`);
  return readKey(() => createPublicKey(text), `The public snapshot key of ${site}`);
}

/** The raw 32 bytes of the public half (RFC 7748). */
export function rawPublicKey(key: KeyObject): Buffer {
  const { x } = (key.type === 'private' ? createPublicKey(key) : key).export({ format: 'jwk' });
  return Buffer.from(x ?? '', 'base64url');
}

/** The public key of 32 raw bytes. */
export function publicKeyOf(raw: Buffer): KeyObject {
  return createPublicKey({ key: { kty: 'OKP', crv: 'X25519', x: raw.toString('base64url') }, format: 'jwk' });
}

function readKey(read: () => KeyObject, what: string): KeyObject {
  let key: KeyObject;
  try {
    key = read();
  } catch {
    throw new ChangeoverError('Invalid', `${what} cannot be read; it must be PEM. Make one with: changeover keys`);
  }
  if (key.asymmetricKeyType !== 'x25519') throw new ChangeoverError('Invalid', `${what} is of type ${key.asymmetricKeyType ?? 'unknown'}, not X25519.`);
  return key;
}

function pem(text: string | Buffer): string {
  return text.toString();
}
