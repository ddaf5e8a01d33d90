import { logTail, runningRecord, spawnComponent, type ComponentRecord, type ComponentSpec } from './component.js';
import { isAlive } from './identity.js';
import { checkPortsFree } from './ports.js';
import { stopComponent } from './stop.js';
import { waitFor } from './wait.js';
import { timed, type Progress } from '../progress.js';

/** Looks once whether a component serves; false or an error means "not yet". */
export type ReadyLook = () => Promise<boolean>;

export interface StarterOptions {
  readonly progress: Progress;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Starts components and remembers those it started, so that an interrupted start can be taken back
 * without touching what ran before.
 */
export class Starter {
  readonly #started: ComponentRecord[] = [];
  readonly progress: Progress;
  readonly signal: AbortSignal | undefined;

  constructor(options: StarterOptions) {
    this.progress = options.progress;
    this.signal = options.signal;
  }

  /**
   * Makes sure the component runs and serves. One that runs already is only asked whether it serves.
   * @throws Error with the end of the component's log when it ends or does not serve in time.
   */
  async ensure(spec: ComponentSpec, ready: ReadyLook, deadlineMs = 60_000): Promise<ComponentRecord> {
    this.signal?.throwIfAborted();
    const before = runningRecord(spec);
    if (before !== undefined) {
      if (before.command !== spec.command || before.args.join('\0') !== spec.args.join('\0')) {
        this.progress(`${spec.id} goes on as it was started, with ${before.command}: "lab down" first to run it as it would be started now`);
      }
      await this.#awaitReady(before, ready, deadlineMs);
      return before;
    }
    await checkPortsFree(spec.id, spec.listens);
    this.signal?.throwIfAborted();
    return timed(this.progress, `started ${spec.id}`, async () => {
      const record = spawnComponent(spec);
      this.#started.push(record);
      await this.#awaitReady(record, ready, deadlineMs);
      return record;
    });
  }

  /** Ends everything this starter started, newest first. */
  async takeBack(): Promise<void> {
    for (const record of this.#started.reverse()) await stopComponent(record, 3000);
    this.#started.length = 0;
  }

  async #awaitReady(record: ComponentRecord, ready: ReadyLook, deadlineMs: number): Promise<void> {
    await waitFor(ready, {
      what: `${record.id} to serve`,
      deadlineMs,
      signal: this.signal,
      hopeless: () => (isAlive(record.identity) ? undefined : `it ended; its log ends with\n${logTail(record)}`),
    });
  }
}
