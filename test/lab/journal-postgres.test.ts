import { setTimeout as pause } from 'node:timers/promises';
import { jest } from '@jest/globals';
import { exitCode } from '../../src/cli/exit.js';
import { createProgram } from '../../src/cli/program.js';
import { verifyRecord } from '../../src/client/record.js';
import { createPostgresJournal, type PostgresJournal } from '../../src/drivers/journal/postgres.js';
import type { Entry } from '../../src/domain/record/fact.js';
import { aSiteConfig, ConfigFolder } from '../cli/support.js';
import { journalContract } from '../contracts/journal.contract.js';
import { anEntry, anOutcome } from '../harness/record.js';
import { ThrowAwayPostgres } from './support/throw-away-postgres.js';

const SCHEMA = 'deploy/postgres/journal.sql';
const WORKER = 'changeover_worker';
/** Of PostgreSQL: insufficient_privilege. */
const NOT_ALLOWED = '42501';
const tables = ['journal_entry', 'journal_ledger', 'journal_attachment'] as const;

const postgres = new ThrowAwayPostgres();
const opened: PostgresJournal[] = [];
let runs = 0;

function aJournal(role = WORKER, password?: string): PostgresJournal {
  const journal = createPostgresJournal({ urlFile: postgres.urlFile(role, password) });
  opened.push(journal);
  return journal;
}

const aRun = () => `orders-${(runs += 1)}`;
const story = (run: string, many: number): readonly Entry[] => Array.from({ length: many }, (_, i) => anEntry(run, i + 1));
const failureOf = async (journal: PostgresJournal) => journal.append(aRun(), story('orders', 1)).then(() => null, (error: unknown) => error as Error);

beforeAll(async () => {
  await postgres.prepare();
  await postgres.apply(SCHEMA);
  await postgres.role(WORKER, 'IN ROLE changeover_journal');
}, 120_000);
afterAll(async () => {
  await Promise.all(opened.map((journal) => journal.close()));
  await postgres.end();
}, 60_000);

journalContract('PostgreSQL', async () => ({ journal: aJournal(), again: () => aJournal(), run: aRun }));

describe('The role of the worker', () => {
  const changes = (table: string) => [`UPDATE changeover.${table} SET digest = repeat('0', 64)`, `DELETE FROM changeover.${table}`, `TRUNCATE changeover.${table}`];
  const everything = async () => Promise.all(tables.map((table) => postgres.admin(`SELECT * FROM changeover.${table} ORDER BY 1, 2`)));

  beforeAll(async () => {
    const run = aRun();
    await aJournal().append(run, story(run, 3));
    await aJournal().attachments.write(`${run}.history.json`, Buffer.from('{}'));
  });

  test.each(tables.flatMap((table) => changes(table)))('may not: %s', async (sql) => {
    const before = await everything();
    await expect(postgres.as(WORKER, sql)).rejects.toMatchObject({ code: NOT_ALLOWED, message: expect.stringContaining('permission denied') });
    expect(await everything()).toEqual(before);
  });

  test.each([
    'DROP TRIGGER append_only ON changeover.journal_entry',
    'ALTER TABLE changeover.journal_entry DISABLE TRIGGER append_only',
    'DROP TABLE changeover.journal_entry',
    'CREATE TABLE changeover.another (n integer)',
    'CREATE OR REPLACE FUNCTION changeover.journal_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NULL; END $$',
    'SET session_replication_role = replica',
    'INSERT INTO changeover.journal_entry SELECT * FROM changeover.journal_entry ON CONFLICT (run, sequence) DO UPDATE SET line = \'\'',
  ])('may not open a way to it: %s', async (sql) => {
    await expect(postgres.as(WORKER, sql)).rejects.toMatchObject({ code: NOT_ALLOWED });
  });

  test.each(tables.flatMap((table) => changes(table)))('is not alone in that: the triggers refuse it to an administrator too: %s', async (sql) => {
    await expect(postgres.admin(sql)).rejects.toMatchObject({ code: NOT_ALLOWED, message: 'the journal is append-only' });
  });

  test('loses what was granted by mistake when the schema is applied again, and nothing that is written', async () => {
    const before = await everything();
    await postgres.admin('GRANT ALL ON ALL TABLES IN SCHEMA changeover TO changeover_journal');
    await postgres.apply(SCHEMA);
    await expect(postgres.as(WORKER, 'DELETE FROM changeover.journal_ledger')).rejects.toMatchObject({ message: expect.stringContaining('permission denied') });
    expect(await everything()).toEqual(before);
  });
});

describe('A journal in PostgreSQL', () => {
  test('takes the same entries once from writers that write them at the same moment', async () => {
    const run = aRun();
    const writers = Array.from({ length: 4 }, () => aJournal());
    const heads = await Promise.all(writers.flatMap((journal) => [journal.append(run, story(run, 5)), journal.append(run, story(run, 8))]));
    expect(Math.max(...heads.map(({ entries }) => entries))).toBe(8);
    expect((await aJournal().read(run))?.lines).toHaveLength(8);
    expect(await verifyRecord(aJournal())).toMatchObject({ ok: true });
  });

  test('keeps what it acknowledged when the server is killed, says that it is away, and goes on when it is back', async () => {
    const mine = Array.from({ length: 4 }, () => ({ run: aRun(), journal: aJournal(), acknowledged: 0, refusals: [] as unknown[] }));
    let killed = false;
    const writing = mine.map(async (writer) => {
      while (writer.refusals.length === 0) {
        await writer.journal.append(writer.run, story(writer.run, writer.acknowledged + 1)).then(() => (writer.acknowledged += 1), (error: unknown) => writer.refusals.push(error));
        if (!killed && mine.every(({ acknowledged }) => acknowledged >= 5)) {
          killed = true;
          await postgres.kill();
        }
      }
    });
    await Promise.all(writing);
    for (const { refusals } of mine) expect(refusals).toEqual([expect.objectContaining({ code: 'NotRecorded' })]);
    expect(await failureOf(aJournal())).toMatchObject({ code: 'NotRecorded', message: 'The journal\'s database cannot be used: nobody listens there.' });
    await postgres.start();
    for (const { run, journal, acknowledged } of mine) {
      const kept = (await journal.read(run))?.lines.length ?? 0;
      // What was on its way when the server died may stand there or not.
      expect([acknowledged, acknowledged + 1]).toContain(kept);
      expect((await journal.append(run, story(run, acknowledged + 1))).entries).toBe(acknowledged + 1);
    }
    expect(await verifyRecord(aJournal())).toMatchObject({ ok: true });
  }, 90_000);

  test('gives up within a call\'s own time when the server stands still, and writes when it moves again', async () => {
    const journal = aJournal();
    const run = aRun();
    await journal.append(run, story(run, 1));
    postgres.freeze(true);
    const began = performance.now();
    try {
      await expect(journal.append(run, story(run, 2))).rejects.toMatchObject({ code: 'NotRecorded', message: expect.stringContaining('does not answer') });
      expect(performance.now() - began).toBeLessThan(4_500);
    } finally {
      postgres.freeze(false);
    }
    expect((await journal.append(run, story(run, 2))).entries).toBe(2);
  }, 30_000);

  test('waits for another writer only so long, and says so', async () => {
    const holding = postgres.admin('SELECT pg_advisory_lock(4343001), pg_sleep(5)');
    const journal = aJournal();
    await pause(500);
    await expect(journal.append(aRun(), [])).rejects.toMatchObject({ code: 'NotRecorded', message: expect.stringContaining('took too long') });
    await holding;
    const run = aRun();
    expect((await journal.append(run, story(run, 1))).entries).toBe(1);
  }, 30_000);

  test('says what is wrong in words, and never its password', async () => {
    await postgres.role('stranger');
    await postgres.role('reader', 'IN ROLE changeover_journal');
    await postgres.admin('ALTER ROLE reader SET default_transaction_read_only = on');
    const failures = [await failureOf(aJournal(WORKER, 'a-wrong-password')), await failureOf(aJournal('stranger')), await failureOf(aJournal('reader'))];
    expect(failures).toEqual([
      expect.objectContaining({ code: 'NotRecorded', message: expect.stringContaining('refused the password') }),
      expect.objectContaining({ code: 'NotRecorded', message: expect.stringContaining('lacks INSERT or SELECT') }),
      expect.objectContaining({ code: 'NotRecorded', message: expect.stringContaining('read-only') }),
    ]);
    const told = failures.map((error) => `${String(error)} ${error?.stack} ${JSON.stringify(error)} ${String(error?.cause)}`).join();
    for (const secret of ['a-wrong-password', postgres.password('stranger'), postgres.password('reader')]) expect(told).not.toContain(secret);
  });
});

describe('Whoever takes the triggers away and changes the journal', () => {
  const folder = new ConfigFolder();
  const said: string[] = [];

  beforeEach(() => {
    said.length = 0;
    jest.spyOn(console, 'log').mockImplementation((line: string) => void said.push(line));
    jest.spyOn(console, 'error').mockImplementation((line: string) => void said.push(line));
  });
  afterEach(() => {
    jest.restoreAllMocks();
    process.exitCode = undefined;
  });
  afterAll(() => folder.remove());

  const verify = async (run: string) => {
    const config = folder.write({ sites: { east: aSiteConfig('east'), west: aSiteConfig('west') }, journal: { postgres: { urlFile: postgres.urlFile(WORKER) } } });
    await createProgram().parseAsync(['node', 'changeover', 'audit', 'verify', run, '--config', config]);
    return process.exitCode;
  };
  const behindItsBack = (sql: string) => postgres.admin(`SET session_replication_role = replica; ${sql}`);

  const tamperings: readonly (readonly [fault: string, sql: (run: string) => string])[] = [
    ['edited', (run) => `UPDATE changeover.journal_entry SET line = replace(line, 'sentence 2', 'sentence 9') WHERE run = '${run}' AND sequence = 2`],
    ['gap', (run) => `DELETE FROM changeover.journal_entry WHERE run = '${run}' AND sequence = 2`],
    ['truncated', (run) => `DELETE FROM changeover.journal_entry WHERE run = '${run}' AND sequence = 4`],
    ['reordered', (run) => `UPDATE changeover.journal_entry SET sequence = 10 - sequence WHERE run = '${run}'`],
    ['missing-run', (run) => `DELETE FROM changeover.journal_entry WHERE run = '${run}'`],
    ['attachment-changed', (run) => `UPDATE changeover.journal_attachment SET content = '[]' WHERE name = '${run}.history.json'`],
    ['attachment-missing', (run) => `DELETE FROM changeover.journal_attachment WHERE name = '${run}.history.json'`],
  ];

  test.each(tamperings)('is found out: %s', async (fault, sql) => {
    const run = aRun();
    const journal = aJournal();
    const digest = '44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a';
    await journal.attachments.write(`${run}.history.json`, Buffer.from('{}'));
    await journal.append(run, [...story(run, 3), anEntry(run, 4, anOutcome), anEntry(run, 5, { kind: 'history-exported', name: `${run}.history.json`, digest, events: 1, temporalRun: 'aaaaaaaa-1' })].slice(0, fault === 'truncated' ? 4 : 5));
    expect(await verify(run)).toBe(exitCode.ok);
    await behindItsBack(sql(run));
    expect(await verify(run)).toBe(exitCode.damaged);
    expect(said.join('\n')).toContain(`BROKEN ${fault}: `);
  });
});
