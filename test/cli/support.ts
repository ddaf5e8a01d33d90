import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { ChangeoverError } from '../../src/domain/errors.js';
import type { Status } from '../../src/domain/status.js';

/** A folder with a configuration that is right, to be spoilt by a test. */
export class ConfigFolder {
  readonly folder = mkdtempSync(join(tmpdir(), 'changeover-config-'));

  constructor() {
    for (const file of ['east.kubeconfig', 'west.kubeconfig', 'east.pub', 'west.pub', 'update.key']) writeFileSync(this.path(file), 'content\n');
  }

  path(file: string): string {
    return join(this.folder, file);
  }

  /** Writes the configuration, as text or as a value, and returns its path. */
  write(content: unknown): string {
    const path = this.path('changeover.yaml');
    writeFileSync(path, typeof content === 'string' ? content : stringify(content));
    return path;
  }

  remove(): void {
    rmSync(this.folder, { recursive: true });
  }
}

export function aSiteConfig(site: string) {
  return { kubeconfig: `${site}.kubeconfig`, replication: { driver: 'none' }, snapshots: { privateKey: `${site}.key`, publicKey: `${site}.pub` } };
}

export function aZoneConfig() {
  return { zone: 'example.test.', primary: '192.0.2.1:53', key: 'update.key' };
}

/** The error that the action throws; fails when it throws none of ours. */
export function errorOf(action: () => unknown): ChangeoverError {
  try {
    action();
  } catch (error) {
    if (error instanceof ChangeoverError) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}

/** The moment at which the screens of these tests are looked at. */
export const NOW = '2026-03-01T03:00:30.000Z';

/** A status in the middle of a run, before the outage. */
export function aStatus(of: Partial<Status> = {}): Status {
  return {
    run: 'orders-1', unit: 'orders', procedure: 'planned-migration', reason: 'power works', requestedBy: 'ann', source: 'east', target: 'west', planDigest: '0123456789abcdef',
    phase: 'preparing', headline: 'Capturing the application\'s objects', line: 'before', writer: 'east',
    steps: [{ name: 'claim', title: 'Claiming the unit on both sites', state: 'done', startedAt: '2026-03-01T02:59:50.000Z', endedAt: '2026-03-01T02:59:51.500Z', attempt: 1, note: null }],
    outage: null, prediction: null, held: null, waiting: null, otherWay: null, decisions: [], sites: [], names: [], byHand: [], lastCommand: null, debts: [], unrecorded: null, refusals: [], cancelRequested: false, acknowledgedBy: null,
    startedAt: '2026-03-01T02:59:00.000Z', endedAt: null, ...of,
  };
}
