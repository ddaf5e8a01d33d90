import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { parseSync } from '@swc/core';
import { mutants } from '../../lab/mutants/catalog.js';
import { edited } from '../../lab/mutants/edited.js';
import { sabotages } from '../../lab/mutants/fast/catalog.js';
import type { Edit } from '../../lab/mutants/mutant.js';
import { read, root } from '../docs/markdown.js';

/** What is wrong with an edit of a source; null: it is made, and what comes of it is a program. */
function misfit(edit: Edit): string | null {
  try {
    parseSync(edited(read(edit.file), edit), { syntax: 'typescript' });
    return null;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** Read beside the sources, so that it is known long before a lab is there. */
describe('The sabotages of the built program', () => {
  test('still fit what it is built from: each text stands there exactly once, and the rest is a program', () => {
    const edits = mutants.flatMap((mutant) => mutant.edits).map((edit) => ({ ...edit, file: edit.file.replace(/\.js$/, '.ts') }));
    expect(edits.length).toBeGreaterThan(0);
    expect(edits.flatMap((edit) => misfit(edit) ?? [])).toEqual([]);
  });
});

describe('The sabotages of the sources', () => {
  test('break every article of the law', () => {
    expect([...new Set(sabotages.map(({ law }) => law))].toSorted((a, b) => a - b)).toEqual(Array.from({ length: 13 }, (_, i) => i + 1));
  });

  test('still fit the sources: each text stands there exactly once, and the rest is a program', () => {
    expect(sabotages.flatMap(({ edits }) => edits.flatMap((edit) => misfit(edit) ?? []))).toEqual([]);
  });

  test('name tests that exist', () => {
    expect(sabotages.filter(({ test: file, titles }) => !existsSync(join(root, file)) || (titles !== undefined && !read(file).includes(titles)))).toEqual([]);
  });
});
