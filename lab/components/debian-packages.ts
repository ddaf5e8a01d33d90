import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { findOnPath } from './find.js';
import { timed, type Progress } from '../progress.js';

const run = promisify(execFile);

/** A program that comes from the distribution, and the Debian package that holds it. */
export interface PackagedProgram {
  readonly program: string;
  readonly package: string;
}

export const packagedPrograms: readonly PackagedProgram[] = [
  { program: 'named', package: 'bind9' },
  { program: 'nsupdate', package: 'bind9-dnsutils' },
  { program: 'openssl', package: 'openssl' },
  { program: 'ip', package: 'iproute2' },
];

/**
 * Installs the packages whose programs are missing.
 * @throws Error that says exactly what to install where this may or can not be done here.
 */
export async function ensurePackages(progress: Progress, wanted: readonly PackagedProgram[] = packagedPrograms): Promise<void> {
  const missing = wanted.filter((one) => findOnPath(one.program) === undefined);
  if (missing.length === 0) return;
  const packages = missing.map((one) => one.package).join(' ');
  const byHand = `${missing.map((one) => one.program).join(', ')} not found: run "apt-get install ${packages}" as root (BIND 9.18 or newer; openssl 3)`;
  if (process.getuid?.() !== 0 || findOnPath('apt-get') === undefined) throw new Error(byHand);
  const env = {
    ...process.env,
    DEBIAN_FRONTEND: 'noninteractive',
    // The package would start a name server for the whole machine; these two make invoke-rc.d(8) and systemctl(1) leave it.
    RUNLEVEL: '1',
    SYSTEMD_OFFLINE: '1',
  };
  try {
    await timed(progress, `installed ${packages}`, async () => {
      await run('apt-get', ['update', '-q'], { env, maxBuffer: 64 << 20 });
      await run('apt-get', ['install', '-q', '-y', '--no-install-recommends', ...missing.map((one) => one.package)], { env, maxBuffer: 64 << 20 });
    });
  } catch (error) {
    throw new Error(`${byHand} (apt-get said: ${((error as { stderr?: string }).stderr ?? String(error)).trim().slice(-600)})`);
  }
}
