import type { Client } from '@temporalio/client';
import { Command, InvalidArgumentError } from 'commander';
import { configPath, loadConfig, noFiles, type Config } from '../config.js';
import { connect } from '../client/connect.js';
import { unwrapped } from '../client/unwrap.js';
import { ChangeoverError } from '../domain/errors.js';
import { exitOf, exitCode, type ExitCode } from './exit.js';

export type Output = 'text' | 'json';

export interface Context {
  readonly config: Config;
  readonly client: Client;
  readonly output: Output;
}

export interface CommonOptions {
  config?: string;
  output: Output;
}

/** A subcommand with the options that all have. */
export function subcommand(name: string, description: string): Command {
  return new Command(name)
    .description(description)
    .option('--config <file>', 'configuration file (default: CHANGEOVER_CONFIG, else changeover.yaml)')
    .option('-o, --output <format>', 'text or json', parseOutput, 'text');
}

/** Runs a verb with configuration and client; prints one clear message on failure and sets the exit code. */
export async function run(options: CommonOptions, verb: (context: Context) => Promise<ExitCode>): Promise<void> {
  let client: Client | null = null;
  try {
    const config = loadConfig(configPath(options.config), noFiles);
    client = await connect(config.temporal);
    process.exitCode = await verb({ config, client, output: options.output });
  } catch (error) {
    process.exitCode = report(error, options.output);
  } finally {
    await client?.connection.close();
  }
}

/** One message with all its reasons, on standard error; as JSON where JSON was asked for. */
export function report(raw: unknown, output: Output): ExitCode {
  const error = unwrapped(raw);
  const reasons = error instanceof ChangeoverError ? error.reasons : [];
  const message = error instanceof Error ? error.message : String(error);
  const code = error instanceof ChangeoverError ? error.code : 'Bug';
  if (output === 'json') console.log(JSON.stringify({ error: code, message, reasons }));
  else console.error([`error: ${message}`, ...reasons.map((r) => `  - ${r}`)].join('\n'));
  return error instanceof ChangeoverError ? exitOf(error) : exitCode.bug;
}

function parseOutput(value: string): Output {
  if (value === 'text' || value === 'json') return value;
  throw new InvalidArgumentError('text or json');
}

/** `check=reason`, once for each check. */
export function parseOverride(value: string, earlier: Readonly<Record<string, string>> = {}): Readonly<Record<string, string>> {
  const at = value.indexOf('=');
  const [check, reason] = [value.slice(0, at).trim(), value.slice(at + 1).trim()];
  if (at < 1 || check === '' || reason === '') throw new InvalidArgumentError('CHECK=REASON, with the name of a check and why it is gone past');
  return { ...earlier, [check]: reason };
}

export function parseNumber(value: string): number {
  const number = Number(value);
  if (!Number.isFinite(number) || number < 0) throw new InvalidArgumentError('a number of seconds');
  return number;
}
