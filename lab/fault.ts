import { findComponent } from './component-list.js';
import { setLink } from './links/links.js';
import { linkModes, type LinkMode } from './links/fault-proxy.js';
import { readRecord, runningRecord, spawnComponent } from './process/component.js';
import { isAlive } from './process/identity.js';
import { checkPortsFree } from './process/ports.js';
import { signalAll } from './process/stop.js';
import { waitFor } from './process/wait.js';

/**
 * What can be done to a component: killed at once, killed and started again, stopped in its tracks, let go on;
 * and `reboot` for a kubelet: its node falls and comes back (all containers die at once, then start again).
 */
export const componentFaults = ['crash', 'restart', 'pause', 'resume', 'reboot'] as const;
export type ComponentFault = (typeof componentFaults)[number];

/** Does one of these to a component; tells what was done. */
export async function faultComponent(fault: ComponentFault, id: string): Promise<string> {
  const component = findComponent(id);
  const running = runningRecord(component);
  if (fault === 'restart') return restart(id, running !== undefined);
  if (running === undefined) throw new Error(`${id} does not run`);
  if (fault === 'crash') {
    signalAll([running.identity], 'SIGKILL');
    await waitFor(async () => !isAlive(running.identity), { what: `end of ${id}`, deadlineMs: 5000, intervalMs: 5 });
    return `${id} was killed (pid ${running.identity.pid}); "restart ${id}" starts it again`;
  }
  if (fault === 'reboot') {
    if (!id.startsWith('kubelet-')) throw new Error(`${id} is no node: only a kubelet can reboot`);
    signalAll([running.identity], 'SIGHUP');
    return `the node of ${id} falls and comes back`;
  }
  signalAll([running.identity], fault === 'pause' ? 'SIGSTOP' : 'SIGCONT');
  return `${id} ${fault === 'pause' ? 'is paused' : 'goes on'} (pid ${running.identity.pid})`;
}

async function restart(id: string, runs: boolean): Promise<string> {
  if (runs) await faultComponent('crash', id);
  const record = readRecord(findComponent(id));
  if (record === undefined) throw new Error(`${id} was never started`);
  await checkPortsFree(id, record.listens);
  const started = spawnComponent(record);
  return `${id} was started again (pid ${started.identity.pid})`;
}

/**
 * Switches a link. `vvr` means replication in both directions.
 * @param latency such as `200ms` or `1.5s`, each way; for slow only.
 */
export async function faultLink(name: string, mode: string, latency = '200ms'): Promise<string> {
  if (!linkModes.includes(mode as LinkMode)) throw new Error(`${mode} is no mode; there are ${linkModes.join(', ')}`);
  const latencyMs = mode === 'slow' ? parseDuration(latency) : 0;
  const names = name === 'vvr' ? ['vvr-east', 'vvr-west'] : [name];
  for (const one of names) await setLink(one, { mode: mode as LinkMode, latencyMs });
  return `${names.join(' and ')}: ${mode}${mode === 'slow' ? ` ${latencyMs} ms each way` : ''}`;
}

/** `200ms`, `1.5s` or a bare number of milliseconds. */
export function parseDuration(text: string): number {
  const [, number, unit] = /^(\d+(?:\.\d+)?)(ms|s)?$/.exec(text) ?? [];
  if (number === undefined) throw new Error(`${text} is no duration: write 200ms or 1.5s`);
  return Number(number) * (unit === 's' ? 1000 : 1);
}
