import { createHash } from 'node:crypto';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { jest } from '@jest/globals';
import { exitCode } from '../../src/cli/exit.js';
import { createProgram } from '../../src/cli/program.js';
import { createFileJournal } from '../../src/drivers/journal/files.js';
import { anEntry } from '../harness/record.js';
import { entriesOfARun } from '../harness/told-record.js';
import { aSiteConfig, ConfigFolder } from './support.js';

const said: string[] = [];
let folder: ConfigFolder;
let config: string;

beforeAll(async () => {
  folder = new ConfigFolder();
  config = folder.write({ sites: { east: aSiteConfig('east'), west: aSiteConfig('west') } });
  const journal = createFileJournal(folder.path('journal'));
  await journal.append('orders-1', await entriesOfARun());
  await journal.append('shop-1', [{ ...anEntry('shop-1', 1), unit: 'shop' }]);
});
afterAll(() => folder.remove());
beforeEach(() => {
  said.length = 0;
  process.exitCode = undefined;
  jest.spyOn(console, 'log').mockImplementation((line: string) => void said.push(line));
  jest.spyOn(console, 'error').mockImplementation((line: string) => void said.push(line));
});
afterEach(() => {
  jest.restoreAllMocks();
  process.exitCode = undefined;
});

async function changeover(...args: readonly string[]): Promise<typeof process.exitCode> {
  said.length = 0;
  await createProgram().parseAsync(['node', 'changeover', ...args, '--config', config]);
  const code = process.exitCode;
  process.exitCode = undefined;
  return code;
}

const told = () => said.join('\n');

describe('The record, on the command line', () => {
  test('lists past runs, all or of one unit, without Temporal', async () => {
    expect(await changeover('history', '-o', 'json')).toBe(exitCode.ok);
    expect(JSON.parse(told())).toMatchObject([{ run: 'shop-1', outcome: null }, { run: 'orders-1', unit: 'orders', source: 'east', target: 'west', outcome: 'completed', requestedBy: 'ann' }]);
    expect(await changeover('history', 'orders')).toBe(exitCode.ok);
    expect(said).toEqual([expect.stringMatching(/^2026-01-01T\S+Z {2}orders-1 {2}orders east → west {2}completed {2}(no outage|outage [\d.]+ s) {2}ann: a test$/)]);
  });

  test('shows every entry with the heads', async () => {
    expect(await changeover('audit', 'show', 'orders-1')).toBe(exitCode.ok);
    expect(told()).toMatch(/ 1 {2}\S+ {2}request/);
    expect(told()).toMatch(/outcome +completed: orders runs on west; west can write/);
    expect(told()).toMatch(/head [0-9a-f]{64} \(entry \d+\); head of the ledger [0-9a-f]{64} \(line 2\)/);
  });

  test('is verified, of all runs and against a head that was kept', async () => {
    expect(await changeover('audit', 'verify', '-o', 'json')).toBe(exitCode.ok);
    const { head } = JSON.parse(told()) as { head: { digest: string } };
    expect(await changeover('audit', 'verify', '--head', head.digest)).toBe(exitCode.ok);
    expect(await changeover('audit', 'verify', 'orders-1', '--head', 'f'.repeat(64))).toBe(exitCode.damaged);
    expect(told()).toContain('BROKEN head-not-found');
  });

  test('of a run that never was is not found', async () => {
    for (const args of [['audit', 'show', 'none-1'], ['audit', 'verify', 'none-1'], ['report', 'none-1']]) expect(await changeover(...args)).toBe(exitCode.notFound);
    expect(await changeover('audit', 'show', '../ledger')).toBe(exitCode.invalid);
  });

  test('is exported byte for byte, once, and can be verified by digests alone', async () => {
    const out = folder.path('export');
    expect(await changeover('audit', 'export', 'orders-1', '--folder', out)).toBe(exitCode.ok);
    const lines = readFileSync(join(out, 'orders-1.jsonl'), 'utf8').trimEnd().split('\n');
    for (const line of lines) {
      const text = line.slice(line.indexOf('"entry":') + '"entry":'.length, -1);
      expect(line.startsWith(`{"digest":"${createHash('sha256').update(text).digest('hex')}"`)).toBe(true);
    }
    expect(await changeover('audit', 'export', 'orders-1', '--folder', out)).toBe(exitCode.invalid);
  });

  test('becomes a report, as HTML and as Markdown', async () => {
    const file = folder.path('report.html');
    expect(await changeover('report', 'orders-1', '--out', file)).toBe(exitCode.ok);
    expect(readFileSync(file, 'utf8')).toContain('<title>orders: east → west</title>');
    expect(await changeover('report', 'orders-1', '--format', 'markdown', '--out', '-')).toBe(exitCode.ok);
    expect(told()).toContain('# orders: east → west');
  });

  test('that was edited ends every verb with 10 and names the line', async () => {
    const file = folder.path('journal/runs/orders-1.jsonl');
    const whole = readFileSync(file, 'utf8');
    writeFileSync(file, whole.replace('"reason":"a test"', '"reason":"a lie"'));
    try {
      expect(await changeover('audit', 'verify')).toBe(exitCode.damaged);
      expect(told()).toMatch(/BROKEN edited: Line 1 of the record of orders-1[\s\S]*NOT as written/);
      expect(await changeover('audit', 'show', 'orders-1')).toBe(exitCode.damaged);
      expect(await changeover('report', 'orders-1', '--out', folder.path('broken.html'))).toBe(exitCode.damaged);
      expect(readFileSync(folder.path('broken.html'), 'utf8')).toContain('THE RECORD IS NOT AS IT WAS WRITTEN');
    } finally {
      writeFileSync(file, whole);
    }
  });

  const spoilt: readonly (readonly [fault: string, file: string, spoil: (lines: string[]) => readonly string[]])[] = [
    ['gap', 'runs/orders-1.jsonl', (lines) => lines.toSpliced(4, 2)],
    ['reordered', 'runs/orders-1.jsonl', (lines) => [...lines.slice(0, 3), ...lines.slice(3, 5).toReversed(), ...lines.slice(5)]],
    ['repeated', 'runs/orders-1.jsonl', (lines) => lines.flatMap((line, i) => (i === 2 ? [line, line] : [line]))],
    ['truncated', 'runs/orders-1.jsonl', (lines) => lines.slice(0, -1)],
    ['unreadable', 'runs/orders-1.jsonl', (lines) => lines.with(3, 'not JSON')],
    ['missing-run', 'runs/shop-1.jsonl', () => []],
    ['unsealed', 'ledger.jsonl', (lines) => lines.slice(0, -1)],
    ['edited', 'ledger.jsonl', (lines) => lines.map((line) => line.replace('"unit":"orders"', '"unit":"others"'))],
  ];

  test.each(spoilt)('is found to be %s, in %s, with an exit code of its own', async (fault, file, spoil) => {
    const path = folder.path(`journal/${file}`);
    const whole = readFileSync(path, 'utf8');
    const lines = spoil(whole.trimEnd().split('\n'));
    if (lines.length === 0) rmSync(path);
    else writeFileSync(path, lines.map((line) => `${line}\n`).join(''));
    try {
      expect(await changeover('audit', 'verify')).toBe(exitCode.damaged);
      expect(told()).toContain(`BROKEN ${fault}: `);
      expect(await changeover('audit', 'verify', '-o', 'json')).toBe(exitCode.damaged);
      expect(JSON.parse(told())).toMatchObject({ ok: false });
    } finally {
      writeFileSync(path, whole);
    }
    expect(await changeover('audit', 'verify')).toBe(exitCode.ok);
  });

  test('cut back together with its ledger is found out by a head that was kept, and by nothing else', async () => {
    await changeover('audit', 'verify', '-o', 'json');
    const { head } = JSON.parse(told()) as { head: { digest: string } };
    const [ledger, shop] = [folder.path('journal/ledger.jsonl'), folder.path('journal/runs/shop-1.jsonl')];
    const [allSeals, allOfShop] = [readFileSync(ledger, 'utf8'), readFileSync(shop, 'utf8')];
    writeFileSync(ledger, allSeals.split('\n').slice(0, 1).concat('').join('\n'));
    rmSync(shop);
    try {
      expect(await changeover('audit', 'verify')).toBe(exitCode.ok);
      expect(await changeover('audit', 'verify', '--head', head.digest)).toBe(exitCode.damaged);
      expect(told()).toContain('BROKEN head-not-found: ');
    } finally {
      writeFileSync(ledger, allSeals);
      writeFileSync(shop, allOfShop);
    }
  });
});
