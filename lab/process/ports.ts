import { createServer } from 'node:net';
import { readFileSync, readdirSync, readlinkSync } from 'node:fs';

export interface ListenAddress {
  readonly host: string;
  readonly port: number;
}

/**
 * Refuses when someone listens on one of the addresses already.
 * @throws Error naming the address, the program that holds it where that can be seen, and who wanted it.
 */
export async function checkPortsFree(wantedBy: string, addresses: readonly ListenAddress[]): Promise<void> {
  for (const address of addresses) {
    if (await canListen(address)) continue;
    const holder = holderOf(address.port);
    throw new Error(`port ${address.port} on ${address.host} is in use${holder === undefined ? '' : ` by ${holder}`}, and ${wantedBy} needs it: end that program first`);
  }
}

function canListen(address: ListenAddress): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(address.port, address.host, () => server.close(() => resolve(true)));
  });
}

/** The program that listens on a TCP port, as `name (pid n)`; undefined where /proc does not let us see it. */
function holderOf(port: number): string | undefined {
  const hexPort = port.toString(16).toUpperCase().padStart(4, '0');
  const inodes = new Set<string>();
  for (const table of ['/proc/net/tcp', '/proc/net/tcp6']) {
    for (const line of readLines(table)) {
      const [, local, , state, , , , , , inode] = line.trim().split(/\s+/);
      if (local?.endsWith(`:${hexPort}`) && state === '0A' && inode !== undefined) inodes.add(`socket:[${inode}]`);
    }
  }
  for (const pid of readdirSync('/proc').filter((entry) => /^\d+$/.test(entry))) {
    try {
      const holds = readdirSync(`/proc/${pid}/fd`).some((fd) => inodes.has(readlinkSync(`/proc/${pid}/fd/${fd}`)));
      if (holds) return `${readFileSync(`/proc/${pid}/comm`, 'utf8').trim()} (pid ${pid})`;
    } catch {
      continue; // ended meanwhile, or not ours to see
    }
  }
  return undefined;
}

function readLines(path: string): string[] {
  try {
    return readFileSync(path, 'utf8').split('\n');
  } catch {
    return [];
  }
}
