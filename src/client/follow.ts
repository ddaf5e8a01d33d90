import type { Client } from '@temporalio/client';
import type { Status } from '../domain/status.js';
import { readStatus } from './status.js';

const BETWEEN_READINGS_MS = 250;

/** Yields the status whenever it changed, until the run has ended or the signal aborts. A worker that restarts is waited for. */
export async function* follow(client: Client, unit: string, options: { signal?: AbortSignal; onUnreachable?: (message: string) => void } = {}): AsyncGenerator<Status> {
  let last = '';
  while (options.signal?.aborted !== true) {
    const status = await readStatus(client, unit).catch((error: unknown) => {
      options.onUnreachable?.(error instanceof Error ? error.message : String(error));
      return null;
    });
    const text = JSON.stringify(status);
    if (status !== null && text !== last) {
      last = text;
      yield status;
      if (status.endedAt !== null) return;
    }
    await new Promise<void>((resolve) => {
      setTimeout(resolve, BETWEEN_READINGS_MS);
    });
  }
}
