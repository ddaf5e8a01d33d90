import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { jest } from '@jest/globals';
import { exitCode } from '../../src/cli/exit.js';
import { createProgram } from '../../src/cli/program.js';

const said: string[] = [];
beforeEach(() => {
  said.length = 0;
  process.exitCode = undefined;
  jest.spyOn(console, 'log').mockImplementation(() => {});
  jest.spyOn(console, 'error').mockImplementation((line: string) => void said.push(line));
});
afterEach(() => {
  jest.restoreAllMocks();
  process.exitCode = undefined;
});

/** Runs the command as a shell would, up to the exit code. */
async function changeover(...args: readonly string[]): Promise<typeof process.exitCode> {
  await createProgram().parseAsync(['node', 'changeover', ...args]);
  const code = process.exitCode;
  process.exitCode = undefined;
  return code;
}

/** The same where the command line itself is wrong: commander ends the process. */
async function misused(...args: readonly string[]): Promise<unknown> {
  const exited = new Error('exited');
  const exit = jest.spyOn(process, 'exit').mockImplementation(() => {
    throw exited;
  });
  jest.spyOn(process.stderr, 'write').mockImplementation((text) => said.push(String(text)) > 0);
  await expect(createProgram().parseAsync(['node', 'changeover', ...args])).rejects.toBe(exited);
  return exit.mock.calls[0]?.[0];
}

describe('The command', () => {
  test('that finds no configuration says so and ends with 2', async () => {
    expect(await changeover('status', 'orders', '--config', '/nonexistent/changeover.yaml')).toBe(exitCode.invalid);
    expect(said.join('\n')).toContain('/nonexistent/changeover.yaml cannot be read');
  });

  const mistakes: readonly (readonly [string, readonly string[], RegExp])[] = [
    ['an unknown subcommand', ['migrat', 'orders'], /unknown command/],
    ['a migration without a target', ['migrate', 'orders', '--reason', 'x'], /--to/],
    ['a migration without a reason', ['migrate', 'orders', '--to', 'west'], /--reason/],
    ['a decision without a reason', ['retry', 'orders'], /--reason/],
    ['an attestation without its statement', ['attest', 'orders', 'east', '--reason', 'x'], /--statement/],
    ['a budget that is no number', ['migrate', 'orders', '--to', 'west', '--reason', 'x', '--budget', 'soon'], /a number of seconds/],
    ['an unknown output', ['status', 'orders', '-o', 'xml'], /text or json/],
    ['an unknown option', ['status', 'orders', '--force'], /unknown option/],
  ];
  test.each(mistakes)('with %s ends with 2 and says what is wrong', async (_, args, message) => {
    expect(await misused(...args)).toBe(exitCode.invalid);
    expect(said.join('')).toMatch(message);
  });

  test('makes a key pair once, the private half for its owner only, and never over one that is there', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'changeover-keys-'));
    try {
      expect(await changeover('keys', 'east', '--folder', folder)).toBeUndefined();
      const made = readFileSync(join(folder, 'east.key'), 'utf8');
      expect(statSync(join(folder, 'east.key')).mode & 0o777).toBe(0o600);
      expect(await changeover('keys', 'east', '--folder', folder)).toBe(exitCode.invalid);
      expect(said.join('\n')).toContain('never overwritten');
      expect(readFileSync(join(folder, 'east.key'), 'utf8')).toBe(made);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
