import { setTimeout as pause } from 'node:timers/promises';
import { ChangeoverError, type ErrorCode } from '../../domain/errors.js';
import type { Work } from '../../ports/work.js';

/** Pause between two readings, milliseconds. VVR has no watch; inside the outage a reading must follow soon. */
const READING_INTERVAL_MS = 25;

/** One reading: what is still missing (sentences; none: as wished), and what it said. */
export interface Reading {
  readonly missing: readonly string[];
  readonly lines: readonly string[];
}

interface WaitOptions {
  readonly what: string;
  /** How many readings in a row must agree. */
  readonly agreeing: number;
  /** Thrown, with what is missing, when the work is aborted first. */
  readonly code: ErrorCode;
  readonly work: Work;
}

/** Reads until `agreeing` readings in a row miss nothing. A reading that throws misses everything and ends their row. */
export async function awaitReadings(read: () => Promise<Reading>, options: WaitOptions): Promise<readonly string[]> {
  const { work } = options;
  let agreed = 0;
  let told = '';
  let missing: readonly string[] = ['Nothing was read yet.'];
  // A reading may hang for as long as the storage is given; the end of waiting does not wait for it.
  const ending = new Promise<null>((resolve) => work.signal.addEventListener('abort', () => resolve(null), { once: true }));
  while (!work.signal.aborted) {
    const reading = await Promise.race([read().catch(unread), ending]);
    if (reading === null) break;
    missing = reading.missing;
    agreed = missing.length === 0 ? agreed + 1 : 0;
    if (agreed >= options.agreeing) return reading.lines;
    const message = `${options.what}: ${missing.join(' ')}`;
    if (missing.length > 0 && message !== told) work.report((told = message));
    // A reading that misses nothing is confirmed at once: it takes a whole exec itself, and the application is away meanwhile.
    if (agreed === 0) await pause(READING_INTERVAL_MS, undefined, { signal: work.signal }).catch(() => undefined);
  }
  throw new ChangeoverError(options.code, `${options.what}: waiting ended before it was so. ${missing.join(' ')}`.trim(), { reasons: missing, cause: work.signal.reason });
}

function unread(error: unknown): Reading {
  if (error instanceof ChangeoverError && !error.isPassing) throw error;
  return { missing: [error instanceof Error ? error.message : 'The reading failed.'], lines: [] };
}
