import { join } from 'node:path';
import type { FileHandle } from 'node:fs/promises';
import { formatEntry, parseEntry } from './entry.js';
import type { Entry } from './entry.js';
import { openOrCreate, writeAt } from './files.js';

/** The log holds a whole line that is not an entry: nobody may guess what stood there. */
export class LogBroken extends Error {
  constructor(line: number) {
    super(`orders.log: line ${line} is not an entry`);
    this.name = 'LogBroken';
  }
}

export interface OpenLog {
  readonly log: OrdersLog;
  readonly entries: readonly Entry[];
  /** Bytes of a torn last line that were cut off; nobody was ever told that it was written. */
  readonly tornBytes: number;
}

/** orders.log: one line per order, append only, the truth the table is derived from. */
export class OrdersLog {
  private constructor(
    private readonly handle: FileHandle,
    private bytes: number,
  ) {}

  /** @throws LogBroken when a whole line in it is not an entry. */
  static async open(folder: string): Promise<OpenLog> {
    const handle = await openOrCreate(folder, join(folder, 'orders.log'));
    const content = await handle.readFile();
    const whole = content.lastIndexOf(0x0a) + 1;
    const lines = content.subarray(0, whole).toString('utf8').split('\n').slice(0, -1);
    const entries = lines.map((line, index) => {
      const entry = parseEntry(line);
      if (entry === undefined) throw new LogBroken(index + 1);
      return entry;
    });
    const tornBytes = content.length - whole;
    if (tornBytes > 0) {
      await handle.truncate(whole);
      await handle.sync();
    }
    return { log: new OrdersLog(handle, whole), entries, tornBytes };
  }

  /** One write for the whole group; durable only after sync(). */
  async append(entries: readonly Entry[]): Promise<void> {
    const bytes = Buffer.from(entries.map(formatEntry).join(''), 'utf8');
    await writeAt(this.handle, bytes, this.bytes);
    this.bytes += bytes.length;
  }

  async sync(): Promise<void> {
    await this.handle.sync();
  }

  async close(): Promise<void> {
    await this.handle.close();
  }
}
