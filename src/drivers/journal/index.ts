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
