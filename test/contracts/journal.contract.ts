import type { Entry } from '../../src/domain/record/fact.js';
import { verifyRecord } from '../../src/client/record.js';
import type { Journal } from '../../src/ports/journal.js';
import { anEntry } from '../harness/record.js';

export interface JournalWorld {
  readonly journal: Journal;
  /** A second writer of the same journal, as after a restart. */
  readonly again: () => Journal;
  /** A run that nobody else uses. */
  run(): string;
}

/** What every driver of the journal keeps: append-only, once, in order, sealed. */
export function journalContract(name: string, makeWorld: () => Promise<JournalWorld>): void {
  describe(`the journal (${name})`, () => {
    let world: JournalWorld;
    beforeAll(async () => {
      world = await makeWorld();
    });

    const story = (run: string, many: number): readonly Entry[] => Array.from({ length: many }, (_, i) => anEntry(run, i + 1));
    const idsOf = async (run: string) => (await world.journal.read(run))?.lines.map((line) => (JSON.parse(line) as { entry: Entry }).entry.id);

    test('has nothing of a run that was never written', async () => {
      expect(await world.journal.read(world.run())).toBeNull();
    });

    test('keeps entries in their order and reads them back as they were written', async () => {
      const run = world.run();
      const entries = story(run, 3);
      const head = await world.journal.append(run, entries.slice(0, 1));
      expect(head.entries).toBe(1);
      expect((await world.journal.append(run, entries.slice(1))).entries).toBe(3);
      const read = await world.journal.read(run);
      expect(read?.lines.map((line) => (JSON.parse(line) as { entry: object }).entry)).toMatchObject(entries);
      expect(await world.journal.runs()).toContain(run);
      expect(await verifyRecord(world.journal)).toMatchObject({ ok: true });
    });

    test('takes an entry once, however often it is written, also after a restart', async () => {
      const run = world.run();
      const entries = story(run, 4);
      const first = await world.journal.append(run, entries.slice(0, 3));
      expect(await world.journal.append(run, entries.slice(0, 3))).toEqual(first);
      expect((await world.again().append(run, entries)).entries).toBe(4);
      expect(await idsOf(run)).toEqual(entries.map(({ id }) => id));
      const { lines } = await world.journal.ledger();
      expect(lines.filter((line) => line.includes(`"${run}"`))).toHaveLength(2);
    });

    test('refuses another content under an id that is there', async () => {
      const run = world.run();
      await world.journal.append(run, story(run, 1));
      const forged: Entry = { ...anEntry(run, 1), fact: { kind: 'debt', sentence: 'another one' } };
      await expect(world.journal.append(run, [forged])).rejects.toMatchObject({ code: 'Invalid' });
      expect(await idsOf(run)).toHaveLength(1);
    });

    test('keeps its chains whole when many write at once', async () => {
      const runs = Array.from({ length: 6 }, () => world.run());
      const other = world.again();
      await Promise.all(runs.flatMap((run) => story(run, 4).map((entry, i) => (i % 2 === 0 ? world.journal : other).append(run, [entry]))));
      for (const run of runs) expect((await idsOf(run))?.toSorted()).toEqual(story(run, 4).map(({ id }) => id));
      expect(await verifyRecord(world.journal)).toMatchObject({ ok: true });
    });

    test('refuses a run whose id would lead elsewhere', async () => {
      for (const run of ['../escape', 'a/b', '', '.hidden', 'a..b']) await expect(world.journal.append(run, [])).rejects.toMatchObject({ code: 'Invalid' });
    });

    test('keeps a file beside the record, once', async () => {
      const name = `${world.run()}.history.json`;
      expect(await world.journal.attachments.read(name)).toBeNull();
      await world.journal.attachments.write(name, Buffer.from('{}'));
      await world.journal.attachments.write(name, Buffer.from('{}'));
      await expect(world.journal.attachments.write(name, Buffer.from('[]'))).rejects.toMatchObject({ code: 'Invalid' });
      expect(Buffer.from((await world.journal.attachments.read(name)) ?? [])).toEqual(Buffer.from('{}'));
    });

    test('holds text of every alphabet byte for byte', async () => {
      const run = world.run();
      const sentence = 'Grüße, 東, \u{1f680}, "quoted", back\\slash, line\nbreak, \u2028, \u007f';
      await world.journal.append(run, [{ ...anEntry(run, 1), fact: { kind: 'debt', sentence } }]);
      expect((await world.journal.read(run))?.lines.map((line) => (JSON.parse(line) as { entry: Entry }).entry.fact)).toEqual([{ kind: 'debt', sentence }]);
      expect(await verifyRecord(world.journal, { run })).toMatchObject({ ok: true });
    });
  });
}
