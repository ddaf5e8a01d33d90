import { readFileSync } from 'node:fs';
import { ChangeoverError } from '../../domain/errors.js';
import type { TsigKey } from './tsig.js';

/** MD5 and SHA-1 are no longer to be used for new keys (RFC 8945 §6). */
const algorithms: readonly TsigKey['algorithm'][] = ['hmac-sha256', 'hmac-sha384', 'hmac-sha512'];

/** Reads a TSIG key as `tsig-keygen` writes it: `key "name" { algorithm hmac-sha256; secret "…"; };`. The secret enters no message. */
export function readKeyFile(path: string): TsigKey {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch {
    throw new ChangeoverError('Invalid', `The TSIG key file ${path} cannot be read.`);
  }
  const name = /\bkey\s+"?([^"\s{]+)"?\s*\{/.exec(text)?.[1];
  const algorithm = /\balgorithm\s+"?([a-z0-9-]+)\.?"?\s*;/i.exec(text)?.[1];
  const secret = /\bsecret\s+"([A-Za-z0-9+/=]+)"\s*;/.exec(text)?.[1];
  if (name === undefined || algorithm === undefined || secret === undefined) throw new ChangeoverError('Invalid', `${path} is not a TSIG key file: it needs key, algorithm and secret, as tsig-keygen writes them.`);
  const known = algorithms.find((one) => one === algorithm.toLowerCase());
  if (known === undefined) throw new ChangeoverError('Invalid', `${path} has a key for ${algorithm}; one of ${algorithms.join(', ')} is needed.`);
  return { name, algorithm: known, secret };
}
