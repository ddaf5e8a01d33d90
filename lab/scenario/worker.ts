import { spawn, type ChildProcess } from 'node:child_process';
import { openSync, closeSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { scopeFolder } from '../paths.js';
import { waitFor } from '../process/wait.js';
import { productConfigPath } from './product-paths.js';

/** The product's worker, started again whenever it ends, as a supervisor would. */
export class SupervisedWorker {
  #child: ChildProcess | null = null;
  #stopping = false;
  readonly logFile = join(scopeFolder('product'), 'worker.log');

  constructor(private readonly program: string) {}

  get pid(): number | undefined {
    return this.#child?.pid;
  }

  /** Starts it and waits until it polls its queues. */
  async start(): Promise<void> {
    mkdirSync(scopeFolder('product'), { recursive: true });
    closeSync(openSync(this.logFile, 'w'));
    this.#spawn();
    await this.awaitReady(1);
  }

  /** Waits until it has become ready this many times since `start`. */
  async awaitReady(times: number): Promise<void> {
    await waitFor(async () => readFileSync(this.logFile, 'utf8').split('worker ready:').length > times, {
      what: 'the worker to poll its queues',
      deadlineMs: 30_000,
      hopeless: () => (this.#stopping ? 'it was stopped' : undefined),
    });
  }

  /** Ends it as a power cut would; the supervisor starts it again at once. */
  killHard(): void {
    this.#child?.kill('SIGKILL');
  }

  async stop(): Promise<void> {
    this.#stopping = true;
    const child = this.#child;
    if (child === null || child.exitCode !== null || child.signalCode !== null) return;
    const ended = new Promise<void>((resolve) => {
      child.once('exit', () => resolve());
    });
    child.kill('SIGTERM');
    const hard = setTimeout(() => child.kill('SIGKILL'), 10_000);
    await ended;
    clearTimeout(hard);
  }

  #spawn(): void {
    const log = openSync(this.logFile, 'a');
    const child = spawn(process.execPath, [this.program, '--config', productConfigPath()], { stdio: ['ignore', log, log] });
    closeSync(log);
    this.#child = child;
    const startedAt = performance.now();
    child.once('exit', () => {
      if (this.#stopping) return;
      // One that ends at once would be started in a tight circle.
      const pause = performance.now() - startedAt < 1000 ? 1000 : 0;
      setTimeout(() => {
        if (!this.#stopping) this.#spawn();
      }, pause);
    });
  }
}
