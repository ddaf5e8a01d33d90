import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Command } from 'commander';
import { readRecord, verifyRecord } from '../client/record.js';
import { ChangeoverError } from '../domain/errors.js';
import { isBroken, type Finding } from '../domain/record/finding.js';
import { allOf } from '../domain/record/past-run.js';
import { sentenceOf } from '../domain/record/sentence.js';
import type { Journal } from '../ports/journal.js';
import { subcommand, type CommonOptions } from './command.js';
import { exitCode, type ExitCode } from './exit.js';
import { runOnJournal } from './journal.js';

export function auditCommand(): Command {
  return new Command('audit')
    .description('show, verify and export the record of runs')
    .addCommand(
      subcommand('show', 'every entry of the record of a run')
        .argument('<run>', 'id of the run')
        .action((run: string, flags: CommonOptions) => runOnJournal(flags, ({ journal, output }) => show(journal, run, output === 'json'))),
    )
    .addCommand(
      subcommand('verify', 'name what was edited, moved, cut or removed; of one run, or of all')
        .argument('[run]', 'id of the run')
        .option('--head <digest>', 'a head that was kept outside; it must be found in the record')
        .action((run: string | undefined, flags: CommonOptions & { head?: string }) =>
          runOnJournal(flags, async ({ journal, output }) => {
            const verdict = await verifyRecord(journal, { ...(run === undefined ? {} : { run }), ...(flags.head === undefined ? {} : { head: flags.head }) });
            if (run !== undefined && verdict.runs.length === 0 && verdict.ok) throw new ChangeoverError('NotFound', `There is no record of ${run}. See: changeover history`);
            if (output === 'json') console.log(JSON.stringify(verdict));
            else {
              for (const finding of verdict.findings) console.log(findingLine(finding));
              console.log(`${verdict.runs.length} ${verdict.runs.length === 1 ? 'run' : 'runs'}: ${verdict.ok ? 'as written' : 'NOT as written'}; head of the ledger ${verdict.head.digest} (line ${verdict.head.entries})`);
            }
            return verdict.ok ? exitCode.ok : exitCode.damaged;
          }),
        ),
    )
    .addCommand(
      subcommand('export', 'copy the record of a run, the ledger and the exported histories into a folder')
        .argument('<run>', 'id of the run')
        .requiredOption('--folder <folder>', 'where to write; it is made, and nothing in it is overwritten')
        .action((run: string, flags: CommonOptions & { folder: string }) => runOnJournal(flags, ({ journal, output }) => exportTo(journal, run, { folder: flags.folder, json: output === 'json' }))),
    );
}

async function show(journal: Journal, run: string, json: boolean): Promise<ExitCode> {
  const record = await readRecord(journal, run);
  if (json) console.log(JSON.stringify(record));
  else {
    for (const { sequence, at, fact } of record.entries) console.log(`${String(sequence).padStart(4)}  ${at}  ${fact.kind.padEnd(17)} ${sentenceOf(fact)}`);
    for (const finding of record.findings) console.log(findingLine(finding));
    console.log(`head ${record.summary.head.digest} (entry ${record.summary.head.entries}); head of the ledger ${record.ledgerHead.digest} (line ${record.ledgerHead.entries})`);
  }
  return record.ok ? exitCode.ok : exitCode.damaged;
}

/** The text as it stands, so that whoever gets it can verify it with sha256sum alone. */
async function exportTo(journal: Journal, run: string, { folder, json }: { folder: string; json: boolean }): Promise<ExitCode> {
  const record = await readRecord(journal, run);
  const [text, ledger] = await Promise.all([journal.read(run), journal.ledger()]);
  const files: [name: string, content: string | Uint8Array][] = [
    [`${run}.jsonl`, (text?.lines ?? []).map((line) => `${line}\n`).join('')],
    ['ledger.jsonl', ledger.lines.map((line) => `${line}\n`).join('')],
  ];
  for (const { name } of allOf(record.entries, 'history-exported')) {
    const bytes = await journal.attachments.read(name);
    if (bytes !== null) files.push([name, bytes]);
  }
  try {
    await mkdir(folder, { recursive: true });
    for (const [name, content] of files) await writeFile(join(folder, name), content, { flag: 'wx' });
  } catch (cause) {
    throw new ChangeoverError('Invalid', `The record cannot be written to ${folder} (${cause instanceof Error ? cause.message : String(cause)}). Nothing that is there is overwritten.`, { cause });
  }
  const names = files.map(([name]) => name);
  console.log(json ? JSON.stringify({ folder, files: names, ok: record.ok, findings: record.findings }) : `wrote ${names.join(', ')} to ${folder}`);
  if (!json) for (const finding of record.findings) console.log(findingLine(finding));
  return record.ok ? exitCode.ok : exitCode.damaged;
}

function findingLine(finding: Finding): string {
  return `${isBroken(finding) ? 'BROKEN' : 'notice'} ${finding.fault}: ${finding.sentence}`;
}
