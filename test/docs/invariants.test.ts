import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { read, root } from './markdown.js';

const file = 'src/workflows/INVARIANTS.md';
const text = read(file);

interface Invariant {
  readonly sentence: string;
  /** `test/…` and the titles that keep the sentence there. */
  readonly keptBy: readonly { readonly test: string; readonly title: string }[];
  readonly otherwise: string | null;
}

/** `- sentence` with lines below it: `  - [test/x.test.ts](…): "title", "title"`, `  - Kept by review: …` or `  - Not built: …`. */
const invariants: readonly Invariant[] = text.split(/^- /m).slice(1).map((item) => {
  const [sentence = '', ...below] = item.split('\n');
  const lines = below.filter((line) => line.startsWith('  - ')).map((line) => line.slice('  - '.length));
  return {
    sentence,
    keptBy: lines.flatMap((line) => {
      const link = /^\[(test\/[^\]]+)\]\([^)]+\): (.+)$/.exec(line);
      return link === null ? [] : [...(link[2] ?? '').matchAll(/"([^"]+)"/g)].map((title) => ({ test: link[1] ?? '', title: title[1] ?? '' }));
    }),
    otherwise: lines.find((line) => /^(Kept by review|Not built): \w/.test(line)) ?? null,
  };
});

/** The source with escaped quotes as they are read. */
const sourceOf = (test: string) => read(test).replaceAll("\\'", "'");

describe('The invariants', () => {
  test('are "must" sentences', () => {
    expect(invariants.length).toBeGreaterThan(25);
    expect(invariants.filter(({ sentence }) => !/\bmust\b/.test(sentence)).map((i) => i.sentence)).toEqual([]);
  });

  test('each name the test that keeps it, or say that none does', () => {
    expect(invariants.filter(({ keptBy, otherwise }) => keptBy.length === 0 && otherwise === null).map((i) => i.sentence)).toEqual([]);
  });

  test('name tests that exist', () => {
    const missing = invariants.flatMap(({ keptBy }) => keptBy).filter(({ test, title }) => !existsSync(join(root, test)) || !sourceOf(test).includes(title));
    expect(missing).toEqual([]);
  });

  test('cover every article of the law', () => {
    expect([...text.matchAll(/^## (\d+)\. /gm)].map((found) => Number(found[1]))).toEqual(Array.from({ length: 13 }, (_, i) => i + 1));
  });
});
