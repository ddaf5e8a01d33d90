import { writeFile } from 'node:fs/promises';
import { Option, type Command } from 'commander';
import { readRecord } from '../client/record.js';
import { renderReport, type ReportFormat } from '../client/report/index.js';
import { ChangeoverError } from '../domain/errors.js';
import { subcommand, type CommonOptions } from './command.js';
import { exitCode } from './exit.js';
import { runOnJournal } from './journal.js';

export function reportCommand(): Command {
  return subcommand('report', 'one self-contained file that tells a run: timeline, decisions, evidence, digests')
    .argument('<run>', 'id of the run')
    .addOption(new Option('--format <format>', 'form of the report').choices(['html', 'markdown']).default('html'))
    .option('--out <file>', 'where to write (default: RUN.html or RUN.md; - for standard output)')
    .action((run: string, flags: CommonOptions & { format: ReportFormat; out?: string }) =>
      runOnJournal(flags, async ({ journal, output }) => {
        const record = await readRecord(journal, run);
        const text = renderReport(record, flags.format);
        const out = flags.out ?? `${run}.${flags.format === 'html' ? 'html' : 'md'}`;
        if (out === '-') console.log(text);
        else {
          await write(out, text);
          console.log(output === 'json' ? JSON.stringify({ run, file: out, ok: record.ok }) : `wrote ${out}`);
        }
        return record.ok ? exitCode.ok : exitCode.damaged;
      }),
    );
}

async function write(file: string, text: string): Promise<void> {
  try {
    await writeFile(file, text);
  } catch (cause) {
    throw new ChangeoverError('Invalid', `The report cannot be written to ${file} (${cause instanceof Error ? cause.message : String(cause)}).`, { cause });
  }
}
