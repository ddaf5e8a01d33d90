import { forgetComponent, type ComponentRecord } from './component.js';
import { descendantsOf, isAlive, type ProcessIdentity } from './identity.js';
import { waitFor } from './wait.js';

/**
 * Ends a component and everything that descends from it: SIGTERM, and SIGKILL for whatever is left
 * after the deadline. Descendants are read before the first signal, since an orphan shows no parent.
 */
export async function stopComponent(record: ComponentRecord, graceMs = 8000): Promise<void> {
  const family = [record.identity, ...descendantsOf(record.identity.pid)];
  signalAll([record.identity], 'SIGCONT'); // a paused process would never see SIGTERM
  signalAll([record.identity], 'SIGTERM');
  await gone([record.identity], graceMs);
  await endProcesses(family, 0);
  forgetComponent(record);
}

/** Ends the given processes: SIGTERM and a grace where one is given, then SIGKILL. */
export async function endProcesses(processes: readonly ProcessIdentity[], graceMs: number): Promise<void> {
  if (graceMs > 0) {
    signalAll(processes, 'SIGTERM');
    await gone(processes, graceMs);
  }
  signalAll(processes, 'SIGKILL');
  if (!(await gone(processes, 5000))) {
    const left = processes.filter(isAlive).map((one) => one.pid).join(', ');
    throw new Error(`processes ${left} did not end after SIGKILL`);
  }
}

/** Signals those that are still the processes meant: a number that was given to someone else is left alone. */
export function signalAll(processes: readonly ProcessIdentity[], signal: NodeJS.Signals): void {
  for (const one of processes.filter(isAlive)) {
    try {
      process.kill(one.pid, signal);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
    }
  }
}

async function gone(processes: readonly ProcessIdentity[], deadlineMs: number): Promise<boolean> {
  try {
    return await waitFor(async () => !processes.some(isAlive), { what: 'end of processes', deadlineMs, intervalMs: 10 });
  } catch {
    return false;
  }
}
