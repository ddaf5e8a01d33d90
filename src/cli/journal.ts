import { configPath, loadConfig, noFiles } from '../config.js';
import { openJournal, type OpenJournal } from '../drivers/journal/index.js';
import { report, type CommonOptions, type Output } from './command.js';
import type { ExitCode } from './exit.js';

export interface JournalContext {
  readonly journal: OpenJournal;
  readonly output: Output;
}

/** Runs a verb that reads the journal: it needs neither Temporal nor a cluster, since the record must be readable when both are gone. */
export async function runOnJournal(options: CommonOptions, verb: (context: JournalContext) => Promise<ExitCode>): Promise<void> {
  let journal: OpenJournal | null = null;
  try {
    journal = openJournal(loadConfig(configPath(options.config), noFiles).journal);
    process.exitCode = await verb({ journal, output: options.output });
  } catch (error) {
    process.exitCode = report(error, options.output);
  } finally {
    await journal?.close();
  }
}
