import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { promisify } from 'node:util';
import { findOnPath } from '../components/find.js';

const run = promisify(execFile);

/** Whether this machine has IPv6 at all. */
export function hasIpv6(): boolean {
  return existsSync('/proc/net/if_inet6');
}

/**
 * Puts addresses on the loopback interface. The kernel delivers all of 127.0.0.0/8 without that, but
 * BIND listens only on addresses that an interface names.
 * @throws Error when `ip` is missing or refuses.
 */
export async function addLoopbackAddresses(addresses: readonly string[]): Promise<void> {
  const present = await loopbackAddresses();
  for (const address of addresses) {
    if (!present.has(address)) await ip('addr', 'add', withLength(address), 'dev', 'lo');
  }
}

/** Takes addresses off the loopback interface, those that are there. */
export async function removeLoopbackAddresses(addresses: readonly string[]): Promise<void> {
  if (process.getuid?.() !== 0 || findOnPath('ip') === undefined) return;
  const present = await loopbackAddresses();
  for (const address of addresses) {
    if (present.has(address)) await ip('addr', 'del', withLength(address), 'dev', 'lo');
  }
}

async function loopbackAddresses(): Promise<Set<string>> {
  const shown = await ip('-o', 'addr', 'show', 'dev', 'lo');
  return new Set([...shown.matchAll(/inet6? ([^/ ]+)/g)].map((match) => match[1] ?? ''));
}

function withLength(address: string): string {
  return `${address}/${address.includes(':') ? 128 : 32}`;
}

async function ip(...args: string[]): Promise<string> {
  const program = findOnPath('ip');
  if (program === undefined) throw new Error('the program ip was not found: install the package iproute2');
  return (await run(program, args)).stdout;
}
