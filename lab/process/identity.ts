import { readFileSync, readdirSync } from 'node:fs';

/**
 * What tells one process from a later one with the same number: its start time in clock ticks since
 * boot (field 22 of /proc/<pid>/stat, proc(5)) and the id of that boot.
 */
export interface ProcessIdentity {
  readonly pid: number;
  readonly startTicks: string;
  readonly bootId: string;
}

/** The fields of /proc/<pid>/stat from the third on, or undefined when there is no such process. */
function statFields(pid: number): string[] | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The second field is the command in brackets and may itself hold spaces and brackets.
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  } catch {
    return undefined;
  }
}

function bootId(): string {
  return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
}

/** The identity of a process alive now; a zombie counts as gone, since it can do nothing any more. */
export function identityOf(pid: number): ProcessIdentity | undefined {
  const fields = statFields(pid);
  const startTicks = fields?.[19];
  if (fields === undefined || startTicks === undefined || fields[0] === 'Z' || fields[0] === 'X') return undefined;
  return { pid, startTicks, bootId: bootId() };
}

/** Is exactly this process, not a later one with its number, still alive? */
export function isAlive(identity: ProcessIdentity): boolean {
  const now = identityOf(identity.pid);
  return now !== undefined && now.startTicks === identity.startTicks && now.bootId === identity.bootId;
}

/** Is this process stopped (SIGSTOP)? */
export function isPaused(identity: ProcessIdentity): boolean {
  return isAlive(identity) && statFields(identity.pid)?.[0] === 'T';
}

/** Everything that descends from a process now, children before grandchildren. */
export function descendantsOf(pid: number): ProcessIdentity[] {
  const children = new Map<number, number[]>();
  for (const entry of readdirSync('/proc')) {
    const child = Number(entry);
    if (!Number.isInteger(child)) continue;
    const parent = Number(statFields(child)?.[1]);
    if (Number.isInteger(parent)) children.set(parent, [...(children.get(parent) ?? []), child]);
  }
  const found: ProcessIdentity[] = [];
  const waiting = [...(children.get(pid) ?? [])];
  for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
    const identity = identityOf(next);
    if (identity !== undefined) found.push(identity);
    waiting.push(...(children.get(next) ?? []));
  }
  return found;
}
