import { join } from 'node:path';
import { InputFault, isPositiveInteger, parseObject, readInput, readLines } from './input.js';

/** One line of orders.log, as the application documents it. */
export interface LedgerEntry {
  readonly seq: number;
  readonly client: string;
  readonly id: string;
  readonly site: string;
}

/** One record of the table: the latest order of one client. */
export interface TableRecord {
  readonly client: string;
  readonly seq: number;
  readonly id: string;
  readonly line: number;
  readonly count: number;
}

export interface Ledger {
  readonly site: string;
  readonly entries: readonly LedgerEntry[];
  readonly tornTail: boolean;
  readonly table: readonly TableRecord[];
}

/** Size of a table record by the application's documents; the judge shares no code with it. */
const recordBytes = 256;

function entryOf(line: string): LedgerEntry | undefined {
  const { seq, client, id, site } = parseObject(line) ?? {};
  if (!isPositiveInteger(seq)) return undefined;
  if (typeof client !== 'string' || typeof id !== 'string' || typeof site !== 'string') return undefined;
  return { seq, client, id, site };
}

function recordOf(text: string): TableRecord | undefined {
  const { client, seq, id, line, count } = parseObject(text) ?? {};
  if (typeof client !== 'string' || typeof id !== 'string') return undefined;
  if (!isPositiveInteger(seq) || !isPositiveInteger(line) || !isPositiveInteger(count)) return undefined;
  return { client, seq, id, line, count };
}

function readTable(folder: string): TableRecord[] {
  const path = join(folder, 'table');
  const content = readInput(path);
  const records: TableRecord[] = [];
  // A shorter last record was being added when the writer ended; nobody was told of it.
  for (let at = 0; at + recordBytes <= content.length; at += recordBytes) {
    const record = recordOf(content.toString('utf8', at, at + recordBytes));
    if (record === undefined) throw new InputFault(`${path}: record ${at / recordBytes + 1} cannot be read`);
    records.push(record);
  }
  return records;
}

/**
 * Reads the ledger and the index of one site from their volumes.
 * @throws InputFault for a missing file, a whole line that is no entry, a record that cannot be read.
 */
export function readLedger(site: string, ledgerDir: string, indexDir: string): Ledger {
  const path = join(ledgerDir, 'orders.log');
  const { lines, torn } = readLines(path);
  const entries = lines.map((line, index) => {
    const entry = entryOf(line);
    if (entry === undefined) throw new InputFault(`${path}: line ${index + 1} is not an entry`);
    return entry;
  });
  return { site, entries, tornTail: torn !== '', table: readTable(indexDir) };
}
