import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { labProgram, scopeFolder } from '../paths.js';
import { componentFiles, runningRecord, spawnComponent } from '../process/component.js';
import { stopComponent } from '../process/stop.js';
import { waitFor } from '../process/wait.js';

export interface SupervisedOptions {
  /** Its id among the lab's components, and its name in the scope `product`. */
  readonly id: string;
  readonly program: string;
  readonly args: () => readonly string[];
  /** What its log says each time it has become ready. */
  readonly ready: string;
}

/** A busy machine takes long to load a program. */
const READY_MS = 60_000;

/** A program of the product, started again whenever it ends. It is a component of the lab like any other: it outlives who started it, and `lab down` ends it. */
export class Supervised {
  readonly logFile: string;
  private readonly place: { readonly id: string; readonly scope: string; readonly name: string };

  constructor(private readonly options: SupervisedOptions) {
    this.place = { id: options.id, scope: 'product', name: options.id };
    this.logFile = componentFiles(this.place).log;
  }

  /** The program's own process, not its supervisor's; undefined while it is being started again. */
  get pid(): number | undefined {
    try {
      return Number(readFileSync(this.pidFile(), 'utf8')) || undefined;
    } catch {
      return undefined;
    }
  }

  /** All it has written so far. */
  get log(): string {
    try {
      return readFileSync(this.logFile, 'utf8');
    } catch {
      return '';
    }
  }

  /** Starts it and waits until it is ready. */
  async start(): Promise<void> {
    const times = this.readyTimes();
    const { program, args } = this.options;
    spawnComponent({ ...this.place, command: process.execPath, args: [labProgram('scenario', 'supervise.js'), this.pidFile(), program, ...args()], listens: [] });
    await this.awaitReady(times + 1);
  }

  /** Waits until it has become ready this many times, as its log says. */
  async awaitReady(times: number): Promise<void> {
    await waitFor(async () => this.readyTimes() >= times, {
      what: `the ${this.options.id} to be ready`,
      deadlineMs: READY_MS,
      hopeless: () => (runningRecord(this.place) === undefined ? 'its supervisor ended' : undefined),
    }).catch((cause: unknown) => {
      throw new Error(`${cause instanceof Error ? cause.message : String(cause)}; its log ends with\n${this.log.split('\n').slice(-6).join('\n')}`, { cause });
    });
  }

  /** Ends it as a power cut would; the supervisor starts it again at once. */
  killHard(): void {
    const { pid } = this;
    try {
      if (pid !== undefined) process.kill(pid, 'SIGKILL');
    } catch (error) {
      // Dead already, and not started again yet.
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
    }
  }

  async stop(): Promise<void> {
    const record = runningRecord(this.place);
    if (record !== undefined) await stopComponent(record, 12_000);
  }

  readyTimes(): number {
    return this.log.split(this.options.ready).length - 1;
  }

  private pidFile(): string {
    return join(scopeFolder('product'), 'run', `${this.options.id}.child`);
  }
}
