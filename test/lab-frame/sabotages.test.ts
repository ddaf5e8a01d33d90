import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { sabotages } from '../../lab/mutants/fast/catalog.js';
import { read, root } from '../docs/markdown.js';

describe('The sabotages of the sources', () => {
  test('break every article of the law', () => {
    expect([...new Set(sabotages.map(({ law }) => law))].toSorted((a, b) => a - b)).toEqual(Array.from({ length: 13 }, (_, i) => i + 1));
  });

  test('still fit the sources: each text stands there exactly once', () => {
    const misfits = sabotages.flatMap(({ name, edits }) => edits.filter(({ file, find }) => read(file).split(find).length !== 2).map(({ file }) => `${name}: ${file}`));
    expect(misfits).toEqual([]);
  });

  test('name tests that exist', () => {
    expect(sabotages.filter(({ test: file, titles }) => !existsSync(join(root, file)) || (titles !== undefined && !read(file).includes(titles)))).toEqual([]);
  });
});
