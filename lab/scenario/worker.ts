import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { labProgram, scopeFolder } from '../paths.js';
import { componentFiles, runningRecord, spawnComponent, type ComponentSpec } from '../process/component.js';
import { stopComponent } from '../process/stop.js';
import { waitFor } from '../process/wait.js';
import { productConfigPath } from './product-paths.js';

const place = { id: 'worker', scope: 'product', name: 'worker' } as const;

/** The product's worker, started again whenever it ends. It is a component of the lab like any other: it outlives who started it, and `lab down` ends it. */
export class SupervisedWorker {
  readonly logFile = componentFiles(place).log;

  constructor(private readonly program: string) {}

  /** The worker's own process, not its supervisor's; undefined while it is being started again. */
  get pid(): number | undefined {
    try {
      return Number(readFileSync(pidFile(), 'utf8')) || undefined;
    } catch {
      return undefined;
    }
  }

  /** Starts it and waits until it polls its queues. */
  async start(): Promise<void> {
    const spec: ComponentSpec = { ...place, command: process.execPath, args: [labProgram('scenario', 'supervise.js'), pidFile(), this.program, '--config', productConfigPath()], listens: [] };
    const times = this.readyTimes();
    spawnComponent(spec);
    await this.awaitReady(times + 1);
  }

  /** Waits until it has become ready this many times, as its log says. */
  async awaitReady(times: number): Promise<void> {
    await waitFor(async () => this.readyTimes() >= times, {
      what: 'the worker to poll its queues',
      deadlineMs: 30_000,
      hopeless: () => (runningRecord(place) === undefined ? 'its supervisor ended' : undefined),
    });
  }

  /** Ends it as a power cut would; the supervisor starts it again at once. */
  killHard(): void {
    const { pid } = this;
    if (pid !== undefined) process.kill(pid, 'SIGKILL');
  }

  async stop(): Promise<void> {
    const record = runningRecord(place);
    if (record !== undefined) await stopComponent(record, 12_000);
  }

  private readyTimes(): number {
    try {
      return readFileSync(this.logFile, 'utf8').split('worker ready:').length - 1;
    } catch {
      return 0;
    }
  }
}

function pidFile(): string {
  return join(scopeFolder('product'), 'run', 'worker.child');
}
