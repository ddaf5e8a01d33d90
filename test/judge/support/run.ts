import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readArguments } from '../../../lab/judge/arguments.js';
import { judge } from '../../../lab/judge/verdict.js';
import type { Findings } from '../../../lab/judge/findings.js';
import type { Verdict } from '../../../lab/judge/verdict.js';

export interface Entry {
  readonly seq: number;
  readonly client: string;
  readonly id: string;
  readonly site: string;
}

export interface Ack extends Entry {
  readonly habit: string;
  readonly servedBy: string;
  readonly address: string;
  readonly sentAt: number;
  readonly ackAt: number;
}

export interface Change {
  readonly site: string;
  readonly atMs: number;
  readonly writable: boolean;
  readonly rvg?: string;
}

const t0 = 1_800_000_000_000;

/** A time of the crafted run in unix ms. */
export const at = (ms: number): number => t0 + ms;

const addresses: Readonly<Record<string, string>> = { east: '127.10.0.80', west: '127.20.0.80' };

export function entry(seq: number, site: string, client = 'always-x'): Entry {
  return { seq, client, id: `${client}-${seq}`, site };
}

/** An acknowledgement 2 ms after its question. */
export function ack(of: Entry, ackAt: number, changes: Partial<Ack> = {}): Ack {
  const habit = of.client.split('-')[0] ?? of.client;
  return { ...of, habit, servedBy: of.site, address: addresses[of.site] ?? '', sentAt: at(ackAt - 2), ackAt: at(ackAt), ...changes };
}

/**
 * What is left of a run, as the judge finds it. It starts as a good planned migration: three orders on
 * east until 1000 ms, west writable from 1100 ms, three orders there from 1500 ms; a test then spoils it.
 */
export class CraftedRun {
  readonly folder = mkdtempSync(join(tmpdir(), 'changeover-judge-'));
  acks: Ack[];
  /** Further lines of the client's record, before its end. */
  extra: unknown[] = [];
  endAt = at(1520);
  readonly logs: Record<string, Entry[]>;
  readonly tables: Record<string, string>;
  changes: Change[] = [
    { site: 'east', atMs: at(0), writable: true },
    { site: 'east', atMs: at(1090), writable: false },
    { site: 'west', atMs: at(0), writable: false },
    { site: 'west', atMs: at(1100), writable: true },
  ];

  constructor() {
    const before = [1, 2, 3].map((seq) => entry(seq, 'east'));
    const after = [4, 5, 6].map((seq) => entry(seq, 'west'));
    this.acks = [...before.map((each, index) => ack(each, 990 + index * 5)), ...after.map((each, index) => ack(each, 1500 + index * 5))];
    this.logs = { east: [...before, ...after], west: [...before, ...after] };
    this.tables = { east: CraftedRun.record({ line: 6, count: 6 }), west: CraftedRun.record({ line: 6, count: 6 }) };
  }

  /** One table record, of order 6 unless told otherwise. */
  static record(changes: Readonly<Record<string, unknown>>): string {
    return `${JSON.stringify({ client: 'always-x', seq: 6, id: 'always-x-6', ...changes }).padEnd(255)}\n`;
  }

  path(...parts: string[]): string {
    return join(this.folder, ...parts);
  }

  /** Writes everything where the judge is told to look; a test may spoil a file afterwards. */
  write(): this {
    for (const site of ['east', 'west']) {
      mkdirSync(this.path(site), { recursive: true });
      const lines = (this.logs[site] ?? []).map((each) => `${JSON.stringify(each)}\n`);
      writeFileSync(this.path(site, 'orders.log'), lines.join(''));
      writeFileSync(this.path(site, 'table'), this.tables[site] ?? '');
      const changes = this.changes.filter((change) => change.site === site);
      writeFileSync(this.path(site, 'writability.jsonl'), changes.map((each) => `${JSON.stringify({ rvg: 'orders_rvg', ...each })}\n`).join(''));
    }
    const record = [
      { kind: 'start', at: at(980), habits: { always: 'always-x' } },
      ...this.acks.map((each) => ({ kind: 'ack', ...each })),
      ...this.extra,
      { kind: 'end', at: this.endAt },
    ];
    writeFileSync(this.path('acks.jsonl'), record.map((each) => `${JSON.stringify(each)}\n`).join(''));
    return this;
  }

  argv(more: readonly string[] = []): string[] {
    const dirs = ['east', 'west'].map((site) => `${site}=${this.path(site)}`).join(',');
    const logs = ['east', 'west'].map((site) => this.path(site, 'writability.jsonl')).join(',');
    return ['--ledger-dirs', dirs, '--index-dirs', dirs, '--acks', this.path('acks.jsonl'), '--writability', logs, ...more];
  }

  /** Judges what stands on disk. */
  judged(more: readonly string[] = []): Verdict {
    return judge(readArguments(this.argv(more)));
  }

  /** Judges it and insists that everything could be read. */
  findings(more: readonly string[] = []): Findings {
    const { findings, reasons } = this.judged(more);
    if (findings === null) throw new Error(`nothing was found: ${reasons.join('; ')}`);
    return findings;
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
