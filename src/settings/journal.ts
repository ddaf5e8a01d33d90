import { z } from 'zod';

/** Where the record of all runs is kept. Only the control worker writes it. */
export const journalSchema = z
  .union([
    z.strictObject({ folder: z.string() }),
    /** A file with the connection URL, which may hold a password. */
    z.strictObject({ postgres: z.strictObject({ urlFile: z.string() }) }),
  ])
  .default({ folder: './journal' });

export type JournalConfig = z.infer<typeof journalSchema>;

/** The same with its paths made absolute by `at`. */
export function journalWithPaths(journal: JournalConfig, at: (path: string) => string): JournalConfig {
  return 'folder' in journal ? { folder: at(journal.folder) } : { postgres: { urlFile: at(journal.postgres.urlFile) } };
}
