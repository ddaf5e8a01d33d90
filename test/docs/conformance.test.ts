import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { faults } from '../../lab/faults/catalog.js';
import { areas, conformanceDocument } from '../../lab/faults/conformance/document.js';
import { read, root, rowsOf } from './markdown.js';

const rows = areas.flatMap((area) => area.rows);
const named = [...faults, ...rows].flatMap(({ tests }) => tests);

describe('The conformance page', () => {
  test('is as the catalog says: npm run generate', () => {
    const { file, text } = conformanceDocument();
    expect(read(file)).toBe(text);
  });

  test('names tests that exist, by their titles', () => {
    expect(named.length).toBeGreaterThan(80);
    expect(named.filter(({ file, title }) => !existsSync(join(root, file)) || !read(file).includes(title))).toEqual([]);
  });

  test('says the same thing once', () => {
    const whats = [...faults.map(({ title }) => title), ...rows.map(({ what }) => what)];
    expect(whats.filter((what, i) => whats.indexOf(what) !== i)).toEqual([]);
    expect([...faults.flatMap(({ title, how, must }) => [title, how, must]), ...rows.flatMap(({ what, does }) => [what, does])].filter((text) => text.includes('|') || text.trim() === '')).toEqual([]);
  });
});

describe('The page of the long run', () => {
  test('has a row for every fault there is', () => {
    const listed = rowsOf(read('docs/long-run.md'), 'fault', 'result').map(([name = '']) => name.replaceAll('`', ''));
    expect(listed).toEqual(faults.map(({ name }) => name));
  });
});

describe('The faults', () => {
  test('have names of their own that a command line takes', () => {
    const names = faults.map(({ name }) => name);
    expect(names.filter((name, i) => names.indexOf(name) !== i || !/^[a-z]+(-[a-z]+)*$/.test(name))).toEqual([]);
  });

  test('can each end in at least one way', () => {
    expect(faults.filter(({ ends }) => ends.length === 0)).toEqual([]);
  });
});
