import { randomUUID } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import type { Entry } from './entry.js';
import { OrdersLog } from './log.js';
import { aheadOfLog, OrdersTable, recordsOf } from './table.js';
import type { TableRecord } from './table.js';

/** The table names orders that the log does not hold: the storage lost or mixed writes. */
export class TableAhead extends Error {
  constructor(reasons: readonly string[]) {
    super(`the table is ahead of the log: ${reasons.join('; ')}`);
    this.name = 'TableAhead';
  }
}

export interface Placed {
  readonly entry: Entry;
  /** False when this order was known before: the answer to a retry. */
  readonly created: boolean;
}

export interface Replay {
  readonly entries: number;
  readonly tornBytes: number;
  /** The table was behind the log and was written anew. */
  readonly repaired: boolean;
}

export interface BookOptions {
  readonly site: string;
  readonly ledgerDir: string;
  readonly indexDir: string;
  /** False: acknowledge at once and write every few seconds, without fsync (the sabotaged build). */
  readonly durable: boolean;
}

interface Waiting {
  readonly entry: Entry;
  readonly resolve: (placed: Placed) => void;
  readonly reject: (error: unknown) => void;
}

/** How long the sabotaged build keeps acknowledged orders in memory only. */
const carelessFlushMs = 3000;

/** Log and table together: first the log with its fsync, then the table with its own, then the answer. */
export class OrdersBook {
  private readonly known = new Map<string, Map<number, Entry>>();
  private readonly pending = new Map<string, Promise<Placed>>();
  private queue: Waiting[] = [];
  private records: Map<string, TableRecord>;
  private lines: number;
  private latest: Entry | undefined;
  private committing: Promise<void> | undefined;
  private flushTimer: NodeJS.Timeout | undefined;
  private failure: unknown;

  private constructor(
    private readonly options: BookOptions,
    private readonly files: { readonly log: OrdersLog; readonly table: OrdersTable },
    entries: readonly Entry[],
  ) {
    this.records = recordsOf(entries);
    this.lines = entries.length;
    this.latest = entries.at(-1);
    for (const entry of entries) this.remember(entry);
  }

  /**
   * Replays log and table.
   * @throws TableAhead, LogBroken, or the error of the file system.
   */
  static async open(options: BookOptions): Promise<{ book: OrdersBook; replay: Replay }> {
    const { log, entries, tornBytes } = await OrdersLog.open(options.ledgerDir);
    const { table, records } = await OrdersTable.open(options.indexDir);
    const reasons = aheadOfLog(records, entries);
    if (reasons.length > 0) throw new TableAhead(reasons);
    const expected = recordsOf(entries);
    const repaired = !isDeepStrictEqual(new Map(records.map((record) => [record.client, record])), expected);
    if (repaired) await table.rebuild(expected);
    const book = new OrdersBook(options, { log, table }, entries);
    return { book, replay: { entries: entries.length, tornBytes, repaired } };
  }

  get last(): Entry | undefined {
    return this.latest;
  }

  get count(): number {
    return this.lines;
  }

  /** The error after which nothing is taken any more. */
  get broken(): unknown {
    return this.failure;
  }

  /** Orders per client, for the listing. */
  counts(): Record<string, number> {
    return Object.fromEntries([...this.records.values()].map(({ client, count }) => [client, count]));
  }

  /** Resolves when the order is on disk in both files; a retry of a known order answers what was written. */
  place(client: string, seq: number): Promise<Placed> {
    if (this.failure !== undefined) return Promise.reject(this.failure);
    const known = this.known.get(client)?.get(seq);
    if (known !== undefined) return Promise.resolve({ entry: known, created: false });
    const key = `${client}/${seq}`;
    const pending = this.pending.get(key);
    if (pending !== undefined) return pending.then(({ entry }) => ({ entry, created: false }));
    const entry: Entry = { seq, client, id: randomUUID(), site: this.options.site, at: new Date().toISOString() };
    const placed = new Promise<Placed>((resolve, reject) => this.queue.push({ entry, resolve, reject }));
    this.pending.set(key, placed);
    if (this.options.durable) {
      this.committing ??= this.commitAll().finally(() => {
        this.committing = undefined;
      });
      return placed;
    }
    this.rememberOnly(entry);
    return Promise.resolve({ entry, created: true });
  }

  /** Writes what still waits and closes the files. */
  async close(): Promise<void> {
    clearTimeout(this.flushTimer);
    await this.committing;
    if (this.queue.length > 0) await this.commitAll();
    await this.files.log.close();
    await this.files.table.close();
  }

  private remember(entry: Entry): void {
    const orders = this.known.get(entry.client) ?? new Map<number, Entry>();
    orders.set(entry.seq, entry);
    this.known.set(entry.client, orders);
  }

  /** The sabotage: the order is acknowledged now and reaches the files some time later, or never. */
  private rememberOnly(entry: Entry): void {
    this.remember(entry);
    this.flushTimer ??= setTimeout(() => {
      this.flushTimer = undefined;
      this.committing = this.commitAll();
    }, carelessFlushMs);
  }

  /** Groups whatever came in while the last group was on its way to the disk. */
  private async commitAll(): Promise<void> {
    while (this.queue.length > 0) {
      const group = this.queue;
      this.queue = [];
      try {
        await this.commit(group.map(({ entry }) => entry));
      } catch (error) {
        // What reached the disk is unknown now; only a new start, which reads it, may go on.
        this.failure = error;
        const given = [...group, ...this.queue];
        this.queue = [];
        for (const waiting of given) waiting.reject(error);
        return;
      }
      for (const waiting of group) this.settle(waiting);
    }
  }

  private async commit(entries: readonly Entry[]): Promise<void> {
    const changed = new Map<string, TableRecord>();
    for (const [index, { client, seq, id }] of entries.entries()) {
      const count = ((changed.get(client) ?? this.records.get(client))?.count ?? 0) + 1;
      changed.set(client, { client, seq, id, line: this.lines + index + 1, count });
    }
    const { log, table } = this.files;
    await log.append(entries);
    if (this.options.durable) await log.sync();
    await table.put(changed.values());
    if (this.options.durable) await table.sync();
    for (const [client, record] of changed) this.records.set(client, record);
    this.lines += entries.length;
    this.latest = entries.at(-1) ?? this.latest;
  }

  private settle({ entry, resolve }: Waiting): void {
    this.remember(entry);
    this.pending.delete(`${entry.client}/${entry.seq}`);
    resolve({ entry, created: true });
  }
}
