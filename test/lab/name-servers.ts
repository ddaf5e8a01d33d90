import { spawn, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TsigKey } from '../../src/drivers/dns/index.js';

const NAMED = '/usr/sbin/named';

/** Whether BIND is installed here. */
export const bindIsInstalled = existsSync(NAMED);

// BIND listens only on addresses that an interface carries, so the two servers differ in their ports.
export const primary = { host: '127.0.0.1', port: 5355 };
export const secondary = { host: '127.0.0.1', port: 5356 };

export interface NameServers {
  readonly key: TsigKey;
  stop(): Promise<void>;
}

interface ZoneFixture {
  readonly name: string;
  readonly updatable: string;
  readonly records: readonly string[];
}

/** A throw-away BIND primary and secondary with these zones, and one key that may update. */
export async function startNameServers(zones: readonly ZoneFixture[]): Promise<NameServers> {
  const folder = await mkdtemp(join(tmpdir(), 'changeover-names-'));
  const key: TsigKey = { name: 'changeover.', algorithm: 'hmac-sha256', secret: randomBytes(32).toString('base64') };
  const children: ChildProcess[] = [];
  const stop = async (): Promise<void> => {
    await Promise.all(children.map((child) => ended(child)));
    await rm(folder, { recursive: true, force: true });
  };
  try {
    for (const role of ['primary', 'secondary'] as const) {
      await mkdir(join(folder, role));
      if (role === 'primary') await Promise.all(zones.map((zone) => writeFile(join(folder, role, `${zone.name}.zone`), zoneFile(zone))));
      const conf = join(folder, `${role}.conf`);
      await writeFile(conf, configuration({ role, folder, key, zones }));
      // -g: in the foreground with its log on standard error; without it a machine without syslog may keep it waiting.
      const child = spawn(NAMED, ['-c', conf, '-g', '-4', '-n', '1'], { stdio: ['ignore', 'ignore', 'pipe'] });
      children.push(child);
      await accepting(role === 'primary' ? primary : secondary, child);
    }
    return { key, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

interface Configuration {
  readonly role: 'primary' | 'secondary';
  readonly folder: string;
  readonly key: TsigKey;
  readonly zones: readonly ZoneFixture[];
}

function configuration({ role, folder, key, zones }: Configuration): string {
  const own = role === 'primary' ? primary : secondary;
  const path = (name: string): string => `"${join(folder, role, name)}"`;
  return [
    `key "${key.name}" { algorithm ${key.algorithm}; secret "${key.secret}"; };`,
    `options { directory ${path('.')}; pid-file none; session-keyfile ${path('session.key')}; managed-keys-directory ${path('.')};`,
    `  listen-on port ${own.port} { ${own.host}; }; listen-on-v6 { none; }; recursion no; dnssec-validation no; allow-transfer { any; };`,
    '  notify-delay 0; notify-rate 1000; startup-notify-rate 1000; serial-query-rate 1000;',
    role === 'primary' ? `  notify explicit; also-notify { ${secondary.host} port ${secondary.port}; }; notify-source ${primary.host};` : `  notify no; transfer-source ${secondary.host}; min-refresh-time 1;`,
    '};',
    'controls { };',
    ...zones.map(({ name, updatable }) => role === 'primary'
      ? `zone "${name}" { type primary; file ${path(`${name}.zone`)}; update-policy { grant ${key.name} zonesub ${updatable}; }; };`
      : `zone "${name}" { type secondary; file ${path(`${name}.copy`)}; primaries { ${primary.host} port ${primary.port}; }; allow-notify { ${primary.host}; }; };`),
    '',
  ].join('\n');
}

function zoneFile({ name, records }: ZoneFixture): string {
  return [`$ORIGIN ${name}.`, '$TTL 300', '@ IN SOA ns1.example.test. hostmaster.example.test. 1 30 10 86400 30', '@ IN NS ns1.example.test.', ...records, ''].join('\n');
}

/** Waits until the server accepts connections; a server that does not within ten seconds, or ends, fails with its log. */
async function accepting(server: { host: string; port: number }, child: ChildProcess): Promise<void> {
  const deadline = Date.now() + 10_000;
  let log = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (log = (log + text).slice(-2_000)));
  while (Date.now() < deadline && child.exitCode === null) {
    const open = await new Promise<boolean>((resolve) => {
      const socket = connect(server).once('connect', () => resolve(socket.destroy() !== undefined)).once('error', () => resolve(false));
    });
    if (open) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error(`no name server at ${server.host}:${server.port}: ${log}`);
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exit = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGTERM');
  await exit;
}
