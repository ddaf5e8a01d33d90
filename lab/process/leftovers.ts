import { execFile } from 'node:child_process';
import { readFileSync, readdirSync, readlinkSync } from 'node:fs';
import { promisify } from 'node:util';
import { identityOf, type ProcessIdentity } from './identity.js';

const run = promisify(execFile);

/**
 * Processes of the lab's pods that are alive, whatever session or parent they have now: a daemon that
 * left its pod must not outlive the lab. They are known by the kernel's word: in their own mount namespace
 * the folder `mark`, which only the lab's kubelet mounts, is a mount point.
 */
export function podProcesses(mark: string): ProcessIdentity[] {
  const own = readlinkSync('/proc/self/ns/mnt');
  return readdirSync('/proc').filter((entry) => /^\d+$/.test(entry)).flatMap((entry) => {
    try {
      if (readlinkSync(`/proc/${entry}/ns/mnt`) === own) return [];
      return mountPoints(entry).includes(mark) ? identityOf(Number(entry)) ?? [] : [];
    } catch {
      return []; // ended meanwhile
    }
  });
}

/** Mount points at or below a folder, deepest first. */
export function leftoverMounts(folder: string): string[] {
  return mountPoints('self')
    .filter((point) => point === folder || point.startsWith(`${folder}/`))
    .sort((one, other) => other.length - one.length);
}

export async function unmount(point: string): Promise<void> {
  await run('umount', ['-l', point]);
}

/** Mount points as a process sees them: mountinfo's fifth field, where odd characters stand in octal (proc_pid_mountinfo(5)). */
function mountPoints(pid: string): string[] {
  return readFileSync(`/proc/${pid}/mountinfo`, 'utf8').split('\n')
    .map((line) => (line.split(' ')[4] ?? '').replace(/\\(\d{3})/g, (_match, octal: string) => String.fromCharCode(Number.parseInt(octal, 8))));
}
