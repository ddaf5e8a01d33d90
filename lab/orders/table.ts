import { join } from 'node:path';
import type { FileHandle } from 'node:fs/promises';
import { isClientName, isRecord, isSeq } from './entry.js';
import type { Entry } from './entry.js';
import { openOrCreate, writeAt } from './files.js';

/**
 * Bytes of one record. It divides a disk sector (512), so a record never straddles two of them, and it
 * holds the longest client name and id.
 */
export const recordBytes = 256;

/** The latest order of one client; the record is overwritten in place. */
export interface TableRecord {
  readonly client: string;
  readonly seq: number;
  readonly id: string;
  /** Line of that order in orders.log, from 1. */
  readonly line: number;
  /** Orders of this client in the log up to and with that line. */
  readonly count: number;
}

function parseRecord(text: string): TableRecord | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (!isRecord(value)) return undefined;
  const { client, seq, id, line, count } = value;
  if (!isClientName(client) || !isSeq(seq) || !isSeq(line) || !isSeq(count) || typeof id !== 'string') return undefined;
  return { client, seq, id, line, count };
}

function formatRecord(record: TableRecord): Buffer {
  return Buffer.from(`${JSON.stringify(record).padEnd(recordBytes - 1)}\n`, 'utf8');
}

/** What the log says the table must hold: per client its latest order, in order of first appearance. */
export function recordsOf(entries: readonly Entry[]): Map<string, TableRecord> {
  const records = new Map<string, TableRecord>();
  for (const [index, { client, seq, id }] of entries.entries()) {
    const count = (records.get(client)?.count ?? 0) + 1;
    records.set(client, { client, seq, id, line: index + 1, count });
  }
  return records;
}

/** Reasons why this table cannot have been written after this log; empty when it is level or behind. */
export function aheadOfLog(records: readonly TableRecord[], entries: readonly Entry[]): string[] {
  return records.flatMap((record) => {
    const entry = entries[record.line - 1];
    if (entry === undefined) {
      return [`${record.client} stands at line ${record.line} of a log of ${entries.length} lines`];
    }
    if (entry.id !== record.id || entry.client !== record.client || entry.seq !== record.seq) {
      return [`${record.client} names order ${record.id}, line ${record.line} of the log is ${entry.id}`];
    }
    return [];
  });
}

export interface OpenTable {
  readonly table: OrdersTable;
  readonly records: readonly TableRecord[];
}

/** The table file: fixed records, always derived from the log and never ahead of it. */
export class OrdersTable {
  private readonly slots = new Map<string, number>();

  private constructor(private readonly handle: FileHandle) {}

  /** Records that cannot be read are left out: the log brings them back. */
  static async open(folder: string): Promise<OpenTable> {
    const handle = await openOrCreate(folder, join(folder, 'table'));
    const content = await handle.readFile();
    const table = new OrdersTable(handle);
    const records: TableRecord[] = [];
    for (let at = 0; at + recordBytes <= content.length; at += recordBytes) {
      const record = parseRecord(content.toString('utf8', at, at + recordBytes));
      if (record === undefined) continue;
      records.push(record);
      table.slots.set(record.client, at / recordBytes);
    }
    return { table, records };
  }

  /** Overwrites each client's record in place; durable only after sync(). */
  async put(records: Iterable<TableRecord>): Promise<void> {
    for (const record of records) {
      const slot = this.slots.get(record.client) ?? this.slots.size;
      this.slots.set(record.client, slot);
      await writeAt(this.handle, formatRecord(record), slot * recordBytes);
    }
  }

  /** Writes the whole table anew from the log: the repair after a stop between log and table. */
  async rebuild(records: ReadonlyMap<string, TableRecord>): Promise<void> {
    this.slots.clear();
    await this.put(records.values());
    await this.handle.truncate(records.size * recordBytes);
    await this.handle.sync();
  }

  async sync(): Promise<void> {
    await this.handle.sync();
  }

  async close(): Promise<void> {
    await this.handle.close();
  }
}
