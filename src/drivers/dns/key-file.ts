import { readFileSync } from 'node:fs';
import { ChangeoverError } from '../../domain/errors.js';
import type { TsigKey } from './tsig.js';

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
  return { name, algorithm: algorithm.toLowerCase() as TsigKey['algorithm'], secret };
}
