import { execFile } from 'node:child_process';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { scopeFolder } from '../paths.js';
import { identityOf, type ProcessIdentity } from './identity.js';

const run = promisify(execFile);

/**
 * Processes that the nodes' pods left behind. A process belongs to a pod of the site when its environment
 * says so: the kubelet gives every container the state folder of its node.
 */
export function podLeftovers(site: string): ProcessIdentity[] {
  const mark = `CHANGEOVER_LAB_PODS=${join(scopeFolder(site), 'pods')}`;
  return readdirSync('/proc').filter((entry) => /^\d+$/.test(entry)).flatMap((entry) => {
    try {
      const environment = readFileSync(`/proc/${entry}/environ`, 'utf8').split('\0');
      return environment.some((line) => line.startsWith(mark)) ? identityOf(Number(entry)) ?? [] : [];
    } catch {
      return [];
    }
  });
}

/** Mount points at or below a folder, deepest first (mountinfo's fifth field; proc_pid_mountinfo(5) escapes in octal). */
export function leftoverMounts(folder: string): string[] {
  return readFileSync('/proc/self/mountinfo', 'utf8').split('\n')
    .map((line) => (line.split(' ')[4] ?? '').replace(/\\(\d{3})/g, (_match, octal: string) => String.fromCharCode(Number.parseInt(octal, 8))))
    .filter((point) => point === folder || point.startsWith(`${folder}/`))
    .sort((one, other) => other.length - one.length);
}

export async function unmount(point: string): Promise<void> {
  await run('umount', ['-l', point]);
}
