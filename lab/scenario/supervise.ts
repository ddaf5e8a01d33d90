/** Runs a program and starts it again whenever it ends, as a supervisor would: `supervise PIDFILE PROGRAM ARGUMENTS…`. SIGTERM ends both. */
import { spawn, type ChildProcess } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';

const [pidFile = '', program = '', ...args] = process.argv.slice(2);
/** One that ends at once would be started in a tight circle. */
const LEAST_LIFE_MS = 1000;

let child: ChildProcess | null = null;
let stopping = false;

function start(): void {
  const startedAt = performance.now();
  child = spawn(process.execPath, [program, ...args], { stdio: ['ignore', 'inherit', 'inherit'] });
  writeFileSync(pidFile, String(child.pid ?? ''));
  child.once('exit', () => {
    if (stopping) {
      rmSync(pidFile, { force: true });
      process.exit(0);
    }
    setTimeout(() => (stopping ? process.exit(0) : start()), performance.now() - startedAt < LEAST_LIFE_MS ? LEAST_LIFE_MS : 0);
  });
}

for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  process.on(signal, () => {
    stopping = true;
    if (child === null || child.exitCode !== null || child.signalCode !== null) process.exit(0);
    child.kill('SIGTERM');
  });
}
start();
