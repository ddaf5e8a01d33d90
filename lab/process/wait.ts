import { setTimeout as pause } from 'node:timers/promises';

export interface WaitOptions {
  /** What is waited for, in words: it stands in the error. */
  readonly what: string;
  readonly deadlineMs: number;
  readonly signal?: AbortSignal | undefined;
  /** Between two looks; 25 ms where nothing else is said. */
  readonly intervalMs?: number;
  /** Asked after each look that was not satisfied: a reason to stop waiting at once, such as a process that ended. */
  readonly hopeless?: () => string | undefined;
}

/**
 * Looks again and again until `look` gives something other than undefined or false, or the deadline
 * passes. An error in `look` means "not yet"; the last one is told when the deadline passes.
 * @throws Error when the deadline passes, when it is hopeless, or when the signal fires.
 */
export async function waitFor<T>(look: () => Promise<T | undefined | false>, options: WaitOptions): Promise<T> {
  const until = performance.now() + options.deadlineMs;
  let lastFault = '';
  for (;;) {
    options.signal?.throwIfAborted();
    try {
      const found = await look();
      if (found !== undefined && found !== false) return found;
    } catch (error) {
      lastFault = error instanceof Error ? error.message : String(error);
    }
    const reason = options.hopeless?.();
    if (reason !== undefined) throw new Error(`${options.what}: ${reason}`);
    if (performance.now() >= until) {
      throw new Error(`${options.what}: not within ${options.deadlineMs / 1000} s${lastFault === '' ? '' : ` (last: ${lastFault})`}`);
    }
    // Not the timer's own AbortError: the signal's reason says why it fired.
    await pause(options.intervalMs ?? 25, undefined, options.signal ? { signal: options.signal } : {}).catch(() => options.signal?.throwIfAborted());
  }
}
