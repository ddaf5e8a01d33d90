import { readFileSync } from 'node:fs';
import { DatabaseError, Pool, type PoolClient } from 'pg';
import { appending } from '../../domain/record/append.js';
import { EMPTY, readLine, type Seal } from '../../domain/record/chain.js';
import { assertRunName } from '../../domain/record/names.js';
import { ChangeoverError } from '../../domain/errors.js';
import type { Journal } from '../../ports/journal.js';
import { sha256 } from './sha256.js';

/** Below the call's own limit, so that its sentence is heard. */
const CONNECT_MS = 2_000;
const STATEMENT_MS = 3_000;
/** A little after the server's own limit, so that its sentence is heard; a server that stands still gives none. */
const ANSWER_MS = STATEMENT_MS + 500;
const CONNECTIONS = 4;

/** Held until the transaction ends: one writer at a time, since each line needs the digest of the one before. Any number that is ours alone. */
const WRITER_LOCK = 4_343_001;

const unique = '23505';

export type PostgresJournal = Journal & { close(): Promise<void> };

/**
 * The journal in PostgreSQL, in the schema of deploy/postgres/journal.sql, by a role that may insert and select only. `urlFile`: a file
 * with the connection URL, which may hold a password and is never shown. Nothing is connected before the first call.
 */
export function createPostgresJournal({ urlFile }: { urlFile: string }): PostgresJournal {
  const pool = new Pool({
    connectionString: readUrl(urlFile),
    max: CONNECTIONS,
    connectionTimeoutMillis: CONNECT_MS,
    statement_timeout: STATEMENT_MS,
    query_timeout: ANSWER_MS,
    application_name: 'changeover',
    allowExitOnIdle: true,
  });
  // A connection that breaks while nobody uses it is replaced by the next call, which says what is wrong.
  pool.on('error', () => undefined);
  const texts = async (sql: string, values: readonly unknown[] = []): Promise<readonly string[]> => {
    const { rows } = await guarded(() => pool.query<{ text: string }>(sql, [...values]));
    return rows.map(({ text }) => text);
  };

  return {
    append: async (run, entries) => {
      assertRunName(run);
      return guarded(() =>
        inTransaction(pool, async (client) => {
          const { lines, seal, head } = appending(await standingOf(client, run), { run, entries, at: new Date().toISOString() }, sha256);
          for (const { id, sequence, digest, line } of lines) {
            await client.query('INSERT INTO changeover.journal_entry (run, sequence, id, digest, line) VALUES ($1, $2, $3, $4, $5)', [run, sequence, id, digest, line]);
          }
          if (seal !== null) await client.query('INSERT INTO changeover.journal_ledger (sequence, run, digest, line) VALUES ($1, $2, $3, $4)', [seal.sequence, run, seal.digest, seal.line]);
          return head;
        }),
      );
    },
    read: async (run) => {
      const lines = await texts('SELECT line AS text FROM changeover.journal_entry WHERE run = $1 ORDER BY sequence', [run]);
      return lines.length === 0 ? null : { run, lines, torn: null };
    },
    runs: () => texts('SELECT run AS text FROM (SELECT run, min(written_at) AS first FROM changeover.journal_entry GROUP BY run) AS runs ORDER BY first, run'),
    ledger: async () => ({ lines: await texts('SELECT line AS text FROM changeover.journal_ledger ORDER BY sequence'), torn: null }),
    attachments: {
      write: async (name, bytes) => {
        assertRunName(name);
        const { rows } = await guarded(() => pool.query<{ digest: string }>('SELECT digest FROM changeover.journal_attachment WHERE name = $1', [name]));
        const digest = sha256(bytes);
        if (rows[0] === undefined) {
          await guarded(() => pool.query('INSERT INTO changeover.journal_attachment (name, digest, content) VALUES ($1, $2, $3)', [name, digest, Buffer.from(bytes)]));
        } else if (rows[0].digest !== digest) throw new ChangeoverError('Invalid', `${name} stands beside the record with another content.`);
      },
      read: async (name) => {
        const { rows } = await guarded(() => pool.query<{ content: Buffer }>('SELECT content FROM changeover.journal_attachment WHERE name = $1', [name]));
        return rows[0]?.content ?? null;
      },
    },
    close: () => pool.end(),
  };
}

async function standingOf(client: PoolClient, run: string) {
  const { rows: lines } = await client.query<{ line: string }>('SELECT line FROM changeover.journal_entry WHERE run = $1 ORDER BY sequence', [run]);
  const { rows: ends } = await client.query<{ line: string }>('SELECT line FROM changeover.journal_ledger ORDER BY sequence DESC LIMIT 1');
  const { rows: seals } = await client.query<{ line: string }>('SELECT line FROM changeover.journal_ledger WHERE run = $1 ORDER BY sequence DESC LIMIT 1', [run]);
  const end = ends[0] === undefined ? null : sealIn(ends[0].line);
  return {
    run: { lines: lines.map(({ line }) => line), torn: null },
    ledgerHead: end === null ? EMPTY : { entries: end.entry.sequence, digest: end.digest },
    lastSeal: seals[0] === undefined ? null : sealIn(seals[0].line).entry,
  };
}

function sealIn(line: string): { readonly digest: string; readonly entry: Seal } {
  const read = readLine<Seal>(line);
  if (read === null) throw new ChangeoverError('RecordDamaged', 'The last line of the ledger cannot be read.');
  return read;
}

async function inTransaction<T>(pool: Pool, write: (client: PoolClient) => Promise<T>): Promise<T> {
  const client = await pool.connect();
  let broken = true;
  // A connection that breaks also says so as an event, which nobody else hears while it is ours; the query that waits for it fails.
  const heard = (): void => undefined;
  client.on('error', heard);
  try {
    await client.query('BEGIN');
    // Also where the server's own default is laxer: what was acknowledged is on the disk.
    await client.query('SET LOCAL synchronous_commit = on');
    await client.query('SELECT pg_advisory_xact_lock($1)', [WRITER_LOCK]);
    const value = await write(client);
    await client.query('COMMIT');
    broken = false;
    return value;
  } catch (error) {
    // Only a server that answered is asked once more; of another the connection is given up, which ends the transaction as well.
    if (error instanceof ChangeoverError || error instanceof DatabaseError) broken = await client.query('ROLLBACK').then(() => false, () => true);
    throw error;
  } finally {
    if (!broken) client.removeListener('error', heard);
    client.release(broken);
  }
}

/** SQLSTATE codes and names of node's errors; never the server's sentence, which may quote what was written. */
const whys: Readonly<Record<string, string>> = {
  '53100': 'its disk is full',
  '53300': 'it has too many connections',
  '57P01': 'it is stopping',
  '57P02': 'it crashed',
  '57P03': 'it is starting or stopping',
  '25006': 'it is read-only',
  '28P01': 'it refused the password',
  '28000': 'it refused the user',
  '3D000': 'the database does not exist',
  '42P01': 'the tables are missing; apply deploy/postgres/journal.sql',
  '3F000': 'the tables are missing; apply deploy/postgres/journal.sql',
  '42501': 'the role lacks INSERT or SELECT; apply deploy/postgres/journal.sql',
  '57014': 'a statement took too long',
  ECONNREFUSED: 'nobody listens there',
  ENOENT: 'nobody listens there',
  ENOTFOUND: 'its name is not known',
  ETIMEDOUT: 'it does not answer',
};

async function guarded<T>(action: () => Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (error) {
    if (error instanceof ChangeoverError) throw error;
    const code = typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : '';
    if (code === unique) throw new ChangeoverError('Conflict', 'Another writer added to the journal at the same moment.');
    throw new ChangeoverError('NotRecorded', `The journal's database cannot be used: ${whys[code] ?? (code === '' ? 'it does not answer' : `error ${code}`)}.`);
  }
}

function readUrl(path: string): string {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch (cause) {
    throw new ChangeoverError('Invalid', `The file ${path} with the URL of the journal's database cannot be read.`, { cause });
  }
}
