import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Step } from '../../src/workflows/step.js';
import { told } from '../harness/story.js';
import { read, root, rowsOf, section } from './markdown.js';

const text = read('docs/procedures/planned-migration.md');
const folder = join(root, 'src/workflows/steps');

/** `| n | [`name`](file) | proves | … |` of all tables of steps, in the order of the page. */
const rows = rowsOf(text, '#', 'step', 'what it proves when it returns').map(([number = '', step = '', proves = '', last]) => {
  const link = /^\[`([a-z-]+)`\]\(\.\.\/\.\.\/src\/workflows\/(?:steps\/)?([a-z-]+)\.ts\)$/.exec(step);
  return { number: Number(number), name: link?.[1] ?? step, proves, last };
});

const isStep = (value: unknown): value is Step<never, unknown> => typeof value === 'object' && value !== null && 'do' in value && 'title' in value;

/** One after the other: side by side, imports of one module are linked before they are ready. */
async function steps(): Promise<readonly Step<never, unknown>[]> {
  const found: Step<never, unknown>[] = [];
  for (const file of readdirSync(folder)) {
    const module = (await import(join(folder, file))) as Record<string, unknown>;
    found.push(...Object.values(module).filter(isStep));
  }
  return found;
}

describe('The page of the planned migration', () => {
  test('lists the steps of a run, in its order', () =>
    told({}, async (story) => {
      await story.migrate();
      expect((await story.status()).phase).toBe('completed');
      expect(rows.map(({ name }) => name)).toEqual((await story.status()).steps.map(({ name }) => name));
      expect(rows.map(({ number }) => number)).toEqual(rows.map((_, i) => i + 1));
    }));

  test('says of each step what it proves', () => {
    expect(rows.filter(({ proves }) => !/\w{3}.*\.$/.test(proves))).toEqual([]);
  });

  test('says of each step before the line whether it has an undo', async () => {
    const before = section(text, 'While the application serves') + section(text, 'Inside the outage');
    const listed = rowsOf(before, '#', 'step', 'what it proves when it returns', 'undo');
    const withUndo = (await steps()).filter((step) => step.undo !== undefined).map((step) => step.name);
    const said = listed.flatMap(([, step = '', , undo = '']) => (undo === '–' || undo === 'Nothing was changed' ? [] : [/`([a-z-]+)`/.exec(step)?.[1] ?? '']));
    expect(said.toSorted()).toEqual(withUndo.toSorted());
  });

  test('says of each step after the line what skipping it costs, in the words of the run', async () => {
    const listed = rowsOf(section(text, 'Forward only'), '#', 'step', 'what it proves when it returns', 'what skipping costs');
    const known = new Map((await steps()).map((step) => [step.name, step.skipping ?? 'may not be skipped']));
    expect(listed.length).toBeGreaterThan(8);
    for (const [, step = '', , cost] of listed) expect(cost).toBe(known.get(/`([a-z-]+)`/.exec(step)?.[1] ?? ''));
  });
});
