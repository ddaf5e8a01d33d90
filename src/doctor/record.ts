import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Config } from '../config.js';
import { openJournal } from '../drivers/journal/index.js';
import { isWritable, textOf } from './keys.js';
import { looked, notHere, ok, wrong, type Finding } from './finding.js';

/** The record of all runs, which the control worker writes. Nothing is written to it here. */
export async function examineRecord(config: Config): Promise<readonly Finding[]> {
  const { journal } = config;
  const elsewhere = 'Only the control worker writes the record; run changeover doctor there.';
  const of = { area: 'record', subject: 'postgres' in journal ? 'PostgreSQL' : journal.folder } as const;
  if ('postgres' in journal && textOf(journal.postgres.urlFile) === null) return [notHere(of, `${journal.postgres.urlFile} cannot be read here`, elsewhere)];
  if ('folder' in journal && !existsSync(journal.folder)) {
    return [isWritable(nearest(journal.folder)) ? ok(of, 'there is no record yet; the folder can be made here') : notHere(of, 'the folder cannot be made here', elsewhere)];
  }
  return looked(of, async () => {
    if ('folder' in journal && !isWritable(journal.folder)) return wrong(of, 'there is a record, and it cannot be written', 'Give the control worker the right to write this folder; a run that cannot be recorded does not begin.');
    const opened = openJournal(journal);
    try {
      const { lines } = await opened.ledger();
      return ok(of, `can be read and has ${lines.length} seals`);
    } finally {
      await opened.close();
    }
  });
}

/** The nearest folder above that is there. */
function nearest(path: string): string {
  const above = dirname(path);
  return existsSync(above) || above === path ? above : nearest(above);
}
