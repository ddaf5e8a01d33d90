import { appendFileSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { verifyRecord } from '../../src/client/record.js';
import { createFileJournal } from '../../src/drivers/journal/files.js';
import type { Entry } from '../../src/domain/record/fact.js';
import { anEntry } from '../harness/record.js';
import { SmallDisk } from '../harness/small-disk.js';

const full = { code: 'NotRecorded', message: expect.stringContaining('the disk is full (ENOSPC)') };

/** An entry whose line has about so many characters. */
function wide(run: string, n: number, characters: number): Entry {
  return anEntry(run, n, { kind: 'debt', sentence: `sentence ${n} ${'x'.repeat(characters)}` });
}

describe('A journal of files on a disk that is full', () => {
  let disk: SmallDisk;
  beforeEach(() => {
    disk = new SmallDisk(256);
  });
  afterEach(() => disk.remove());

  const aJournal = () => createFileJournal(join(disk.folder, 'journal'));
  const runFile = () => join(disk.folder, 'journal', 'runs', 'orders-1.jsonl');
  const begun = async () => {
    const journal = aJournal();
    await journal.append('orders-1', [anEntry('orders-1', 1), anEntry('orders-1', 2)]);
    return journal;
  };

  test('says so from the first write on, and leaves nothing', async () => {
    disk.fill();
    for (let again = 0; again < 3; again += 1) await expect(aJournal().append('orders-1', [anEntry('orders-1', 1)])).rejects.toMatchObject(full);
    expect(readdirSync(join(disk.folder, 'journal'))).toEqual([]);
    expect(await aJournal().runs()).toEqual([]);
    expect(await verifyRecord(aJournal())).toMatchObject({ ok: true, findings: [], runs: [] });
  });

  test('can be read and verified meanwhile, and takes the same entries when there is room', async () => {
    const journal = await begun();
    disk.fill();
    for (let again = 0; again < 3; again += 1) await expect(journal.append('orders-1', [anEntry('orders-1', 3)])).rejects.toMatchObject(full);
    expect(await verifyRecord(journal)).toMatchObject({ ok: true, findings: [{ fault: 'open' }] });
    disk.free();
    expect((await journal.append('orders-1', [anEntry('orders-1', 2), anEntry('orders-1', 3)])).entries).toBe(3);
    expect(await verifyRecord(journal)).toMatchObject({ ok: true, findings: [{ fault: 'open' }] });
  });

  test.each([0, 1, 2, 3, 4])('takes back a line for which there was not enough room, with %i pages left', async (pages) => {
    const journal = await begun();
    const before = readFileSync(runFile());
    disk.fill(pages);
    await expect(journal.append('orders-1', [wide('orders-1', 3, 20_000)])).rejects.toMatchObject(full);
    expect(readFileSync(runFile())).toEqual(before);
    expect(await verifyRecord(journal)).toMatchObject({ ok: true, findings: [{ fault: 'open' }] });
  });

  test('is whole wherever the room ends: in the lock, in the record or in the ledger', async () => {
    const seen = new Set<string>();
    for (const characters of [10, 400, 1_500, 3_000]) {
      for (const pages of [0, 1, 2, 3]) {
        const run = `orders-${characters}-${pages}`;
        const journal = aJournal();
        disk.fill(pages);
        let acknowledged = 0;
        const failures: Error[] = [];
        while (failures.length === 0) {
          await journal.append(run, [wide(run, acknowledged + 1, characters)]).then(() => (acknowledged += 1), (error: Error) => failures.push(error));
        }
        expect(failures).toEqual([expect.objectContaining(full)]);
        seen.add(/\/journal\/(lock|ledger|runs)/.exec(failures[0]?.message ?? '')?.[1] ?? 'elsewhere');
        expect((await journal.read(run))?.lines.length ?? 0).toBe(acknowledged);
        expect((await verifyRecord(journal)).findings.filter(({ fault }) => fault !== 'open')).toEqual([]);
        disk.free();
        expect((await journal.append(run, [wide(run, acknowledged + 1, characters)])).entries).toBe(acknowledged + 1);
      }
    }
    // The loop means something only when the room ended in each of the three.
    expect([...seen].toSorted()).toEqual(['ledger', 'lock', 'runs']);
    expect(await verifyRecord(aJournal())).toMatchObject({ ok: true });
  }, 60_000);

  test('keeps a line that a crash left unfinished as a notice, and mends it with the first write that has room', async () => {
    const journal = await begun();
    const half = '{"digest":"0123456789abcdef","entry":{"at":"2026';
    appendFileSync(runFile(), half);
    disk.fill();
    expect(await verifyRecord(journal)).toMatchObject({ ok: true, findings: [{ fault: 'torn' }, { fault: 'open' }] });
    await expect(journal.append('orders-1', [wide('orders-1', 3, 20_000)])).rejects.toMatchObject(full);
    disk.free();
    await journal.append('orders-1', [anEntry('orders-1', 3)]);
    expect(readFileSync(runFile(), 'utf8')).not.toContain(half);
    expect(await journal.read('orders-1')).toMatchObject({ torn: null, lines: { length: 3 } });
    expect(await verifyRecord(journal)).toMatchObject({ ok: true, findings: [{ fault: 'open' }] });
  });

  test('keeps an exported history whole or not at all', async () => {
    const journal = await begun();
    disk.fill(2);
    await expect(journal.attachments.write('orders-1.history.json', Buffer.alloc(20_000, '{'))).rejects.toMatchObject(full);
    expect(await journal.attachments.read('orders-1.history.json')).toBeNull();
    expect(() => statSync(runFile().replace('.jsonl', '.history.json'))).toThrow('ENOENT');
    disk.free();
    await journal.attachments.write('orders-1.history.json', Buffer.alloc(20_000, '{'));
    expect(await journal.attachments.read('orders-1.history.json')).toHaveLength(20_000);
  });
});
