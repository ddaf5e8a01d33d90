import type { Journal } from '../../ports/journal.js';
import type { JournalConfig } from '../../settings/journal.js';
import { createFileJournal } from './files.js';
import { createPostgresJournal } from './postgres.js';

export { createFileJournal, createPostgresJournal };

export type OpenJournal = Journal & { close(): Promise<void> };

/** The record of all runs, where the configuration says. Nothing is touched before the first use. */
export function openJournal(journal: JournalConfig): OpenJournal {
  if ('postgres' in journal) return createPostgresJournal(journal.postgres);
  return { ...createFileJournal(journal.folder), close: async () => undefined };
}

/** The journal for one use, opened only then: for those who seldom need it. */
export function journalOnDemand(journal: JournalConfig): (action: (journal: Journal) => Promise<void>) => Promise<void> {
  return async (action) => {
    const opened = openJournal(journal);
    try {
      await action(opened);
    } finally {
      await opened.close();
    }
  };
}
