import { readFileSync } from 'node:fs';

/** Something the judge was given cannot be read or believed; never a reason to go on without it. */
export class InputFault extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'InputFault';
  }
}

/** @throws InputFault when the file cannot be read. */
export function readInput(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (error) {
    const why = typeof error === 'object' && error !== null && 'message' in error ? error.message : error;
    throw new InputFault(`${path}: ${String(why)}`);
  }
}

export interface Lines {
  /** Whole lines, without their line ends. */
  readonly lines: readonly string[];
  /** What stands after the last line end; empty when the file ends as it should. */
  readonly torn: string;
}

/** @throws InputFault when the file cannot be read. */
export function readLines(path: string): Lines {
  const parts = readInput(path).toString('utf8').split('\n');
  const torn = parts.pop() ?? '';
  return { lines: parts, torn };
}

/** The fields of one JSON object, or undefined when the text is anything else. */
export function parseObject(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
    return Object.fromEntries(Object.entries(value));
  } catch {
    return undefined;
  }
}

export function isPositiveInteger(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 1;
}

export function isTime(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value) && value > 0;
}
