/** One order as it stands in the log: one JSON object on one line. */
export interface Entry {
  /** The client's own number of this order, from 1 up without holes. */
  readonly seq: number;
  readonly client: string;
  /** Random, so that two sites can never give the same id to two orders. */
  readonly id: string;
  /** The site whose process wrote the line. */
  readonly site: string;
  /** ISO 8601, UTC, the writer's clock. */
  readonly at: string;
}

const clientName = /^[A-Za-z0-9._-]{1,64}$/;

export function isClientName(value: unknown): value is string {
  return typeof value === 'string' && clientName.test(value);
}

export function isSeq(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 1;
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Undefined when the text is not exactly one entry. */
export function parseEntry(line: string): Entry | undefined {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return undefined;
  }
  if (!isRecord(value)) return undefined;
  const { seq, client, id, site, at } = value;
  if (!isSeq(seq) || !isClientName(client)) return undefined;
  if (typeof id !== 'string' || typeof site !== 'string' || typeof at !== 'string') return undefined;
  return { seq, client, id, site, at };
}

export function formatEntry(entry: Entry): string {
  const { seq, client, id, site, at } = entry;
  return `${JSON.stringify({ seq, client, id, site, at })}\n`;
}
