import { spawn } from 'node:child_process';
import { appendFileSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { createFileJournal } from '../../../src/drivers/journal/files.js';
import { verifyRecord } from '../../../src/client/record.js';
import { journalContract } from '../../contracts/journal.contract.js';
import { anEntry } from '../../harness/record.js';

const folders: string[] = [];
function freshFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'changeover-journal-'));
  folders.push(folder);
  return join(folder, 'journal');
}
afterAll(() => folders.forEach((folder) => rmSync(folder, { recursive: true })));

journalContract('files', async () => {
  const folder = freshFolder();
  let runs = 0;
  return { journal: createFileJournal(folder), again: () => createFileJournal(folder), run: () => `orders-${(runs += 1)}` };
});

describe('A journal of files', () => {
  const runFile = (folder: string) => join(folder, 'runs', 'orders-1.jsonl');
  const begun = async () => {
    const folder = freshFolder();
    const journal = createFileJournal(folder);
    await journal.append('orders-1', [anEntry('orders-1', 1), anEntry('orders-1', 2)]);
    return { folder, journal };
  };

  test('touches nothing before the first write, and leaves nothing but what it keeps', async () => {
    const folder = freshFolder();
    const journal = createFileJournal(folder);
    expect(await journal.runs()).toEqual([]);
    expect(() => readdirSync(folder)).toThrow('ENOENT');
    await journal.append('orders-1', [anEntry('orders-1', 1)]);
    expect(readdirSync(folder).toSorted()).toEqual(['ledger.jsonl', 'runs']);
    expect(readdirSync(join(folder, 'runs'))).toEqual(['orders-1.jsonl']);
  });

  test('removes what a crash left unfinished, and goes on', async () => {
    const { folder, journal } = await begun();
    appendFileSync(runFile(folder), '{"digest":"0123');
    expect((await journal.read('orders-1'))?.torn).toBe('{"digest":"0123');
    expect(await verifyRecord(journal)).toMatchObject({ ok: true, findings: [{ fault: 'torn' }, { fault: 'open' }] });
    await journal.append('orders-1', [anEntry('orders-1', 3)]);
    expect(await journal.read('orders-1')).toMatchObject({ torn: null, lines: { length: 3 } });
    expect(await verifyRecord(journal)).toMatchObject({ ok: true, findings: [{ fault: 'open' }] });
  });

  test('seals what a crash left unsealed when the same entries come again', async () => {
    const { folder, journal } = await begun();
    const ledger = readFileSync(join(folder, 'ledger.jsonl'), 'utf8');
    await journal.append('orders-1', [anEntry('orders-1', 3)]);
    // As if the writer had died after the record and before the ledger.
    writeFileSync(join(folder, 'ledger.jsonl'), ledger);
    expect(await verifyRecord(journal)).toMatchObject({ ok: false, findings: [{ fault: 'unsealed' }, { fault: 'open' }] });
    await journal.append('orders-1', [anEntry('orders-1', 3)]);
    expect(await verifyRecord(journal)).toMatchObject({ ok: true });
  });

  test('writes nothing behind a record that was cut or edited', async () => {
    const { folder, journal } = await begun();
    const [first = '', second = ''] = readFileSync(runFile(folder), 'utf8').split('\n');
    for (const spoilt of [`${first}\n`, `${first.replace('sentence 1', 'sentence 7')}\n${second}\n`, '']) {
      writeFileSync(runFile(folder), spoilt);
      await expect(journal.append('orders-1', [anEntry('orders-1', 3)])).rejects.toMatchObject({ code: 'RecordDamaged' });
      expect(readFileSync(runFile(folder), 'utf8')).toBe(spoilt);
    }
  });

  test('says what is wrong when it cannot be written', async () => {
    const folder = freshFolder();
    writeFileSync(folder, 'a file where the folder must be');
    await expect(createFileJournal(folder).append('orders-1', [anEntry('orders-1', 1)])).rejects.toMatchObject({ code: 'NotRecorded' });
  });

  test('takes over the lock of a process that died, and waits for one that lives', async () => {
    const { folder, journal } = await begun();
    const child = spawn(process.execPath, ['-e', ''], { stdio: 'ignore' });
    await new Promise<void>((resolve) => {
      child.once('exit', () => resolve());
    });
    const lock = join(folder, 'lock');
    writeFileSync(lock, JSON.stringify({ pid: child.pid, host: hostname(), token: 'dead' }));
    expect((await journal.append('orders-1', [anEntry('orders-1', 3)])).entries).toBe(3);
    writeFileSync(lock, JSON.stringify({ pid: process.pid, host: hostname(), token: 'alive' }));
    await expect(journal.append('orders-1', [anEntry('orders-1', 4)])).rejects.toMatchObject({ code: 'NotRecorded', message: expect.stringContaining('locked by another writer') });
    rmSync(lock);
    expect((await journal.append('orders-1', [anEntry('orders-1', 4)])).entries).toBe(4);
  });

  test('serves attachments from its own folder only', async () => {
    const { folder, journal } = await begun();
    mkdirSync(join(folder, 'elsewhere'));
    await expect(journal.attachments.read('../ledger.jsonl')).rejects.toMatchObject({ code: 'Invalid' });
    await expect(journal.attachments.write('orders-1.jsonl', Buffer.from('{}'))).rejects.toMatchObject({ code: 'Invalid' });
  });
});
