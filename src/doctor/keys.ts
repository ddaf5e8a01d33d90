import { constants, accessSync, readFileSync } from 'node:fs';
import type { SiteConfig } from '../config.js';
import { readPrivateKey, readPublicKey } from '../drivers/snapshots/keys.js';
import { open, seal } from '../drivers/snapshots/seal.js';
import { looked, notHere, ok, wrong, type Finding } from './finding.js';

/** The keys that seal snapshots: something is sealed for each site, and opened again where the private key is at hand. */
export async function examineKeys(site: string, { snapshots }: SiteConfig): Promise<readonly Finding[]> {
  const of = { area: 'keys', subject: site } as const;
  const found = await Promise.all([
    looked(of, async () => {
      const publicText = textOf(snapshots.publicKey);
      if (publicText === null) return notHere(of, `the public snapshot key ${snapshots.publicKey} cannot be read here`, 'Every worker of a site needs the public keys of all sites.');
      const publicKey = readPublicKey(publicText, site);
      const bytes = seal(Buffer.from('changeover doctor'), { version: 1, codec: 'brotli', unit: 'doctor', digest: '0'.repeat(64), objects: 0, at: new Date().toISOString() }, [{ site, publicKey }]);
      const privateText = textOf(snapshots.privateKey);
      if (privateText === null) return notHere(of, 'something can be sealed for this site; its private key is not here', `Only the worker of ${site} needs it; run changeover doctor there.`);
      const { plain } = open(bytes, { site, privateKey: readPrivateKey(privateText, site) });
      return plain.toString() === 'changeover doctor' ? ok(of, 'what is sealed with the public key opens with the private one') : wrong(of, 'what was sealed came back differently', 'Make a new key pair: changeover keys.');
    }),
    looked(of, async () => {
      if (snapshots.store === 'secrets') return [];
      const { folder } = snapshots.store;
      return isWritable(folder) ? ok(of, `snapshots can be written to ${folder}`) : notHere(of, `the folder ${folder} cannot be written here`, `The workers need it; run changeover doctor beside ${site}.`);
    }),
  ]);
  return found.flat();
}

export function textOf(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return null;
  }
}

export function isWritable(path: string): boolean {
  try {
    accessSync(path, constants.R_OK | constants.W_OK);
    return true;
  } catch {
    return false;
  }
}
