import { accessSync, constants, statSync } from 'node:fs';
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** The first program of that name on the PATH, /usr/sbin and /sbin included (servers stand there, users' PATHs often lack them). */
export function findOnPath(program: string): string | undefined {
  const folders = [...(process.env['PATH'] ?? '').split(':'), '/usr/sbin', '/sbin'].filter((folder) => folder !== '');
  return folders.map((folder) => join(folder, program)).find(isProgram);
}

export function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

/** A program on the PATH whose `--version`, or whatever else it is asked, says the right thing. */
export async function findVersionOnPath(program: string, says: RegExp, asked: readonly string[] = ['--version']): Promise<string | undefined> {
  const path = findOnPath(program);
  if (path === undefined) return undefined;
  try {
    const { stdout, stderr } = await run(path, asked, { timeout: 10_000 });
    return says.test(stdout + stderr) ? path : undefined;
  } catch {
    return undefined;
  }
}
