import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { labProgram, scopeFolder } from '../paths.js';
import { siteNames, sites, type SiteName } from '../settings.js';

/** A time without an acknowledgement, unix ms. */
export interface Gap {
  readonly from: number;
  readonly to: number;
  readonly seconds: number;
}

/** What the judge says; the findings are missing when something could not be read. */
export interface Verdict {
  readonly ok: boolean;
  readonly reasons: readonly string[];
  readonly primary?: string;
  readonly writesAcknowledged?: number;
  readonly writesLost?: number;
  readonly writersAtOnce?: number;
  /** By habit of the client: `always`, `ttl`, `once`. Times in unix ms. */
  readonly outages?: Readonly<Record<string, { readonly longest: Gap; readonly gaps: readonly Gap[] }>>;
  readonly [finding: string]: unknown;
}

/** Runs the judge, a program of its own that trusts nobody, on what is left after the processes are gone. */
export async function askJudge(recordFile: string, primary?: SiteName): Promise<Verdict> {
  const volume = (site: SiteName, name: string): string => `${site}=${join(scopeFolder(site), 'volumes', 'rvg', 'orders_rvg', 'current', name)}`;
  const args = [
    '--ledger-dirs', siteNames.map((site) => volume(site, 'orders-ledger-vol')).join(','),
    '--index-dirs', siteNames.map((site) => volume(site, 'orders-index-vol')).join(','),
    '--acks', recordFile,
    '--writability', siteNames.map((site) => join(scopeFolder(site), 'vvr', 'writability.jsonl')).join(','),
    '--addresses', siteNames.map((site) => `${site}=${sites[site].address4}`).join(','),
    '--rvg', 'orders_rvg',
    ...(primary === undefined ? [] : ['--primary', primary]),
    '--json',
  ];
  const program = labProgram('judge', 'judge.js');
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [program, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
    let out = '';
    let err = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (out += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (err += text));
    child.on('error', reject);
    child.on('close', () => {
      try {
        resolve(JSON.parse(out) as Verdict);
      } catch {
        reject(new Error(`the judge said nothing that can be read: ${err.trim() || out.trim()}`));
      }
    });
  });
}
