import { told } from '../harness/story.js';
import { read, rowsOf, section } from './markdown.js';
import { allSteps } from './steps.js';

const text = read('docs/procedures/planned-migration.md');

/** `| n | [`name`](file) | proves | … |` of all tables of steps, in the order of the page. */
const rows = rowsOf(text, '#', 'step', 'what it proves when it returns').map(([number = '', step = '', proves = '', last]) => {
  const link = /^\[`([a-z-]+)`\]\(\.\.\/\.\.\/src\/workflows\/(?:steps\/)?([a-z-]+)\.ts\)$/.exec(step);
  return { number: Number(number), name: link?.[1] ?? step, proves, last };
});

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
    const withUndo = (await allSteps()).filter((step) => step.undo !== undefined).map((step) => step.name);
    const said = listed.flatMap(([, step = '', , undo = '']) => (undo === '–' || undo === 'Nothing was changed' ? [] : [/`([a-z-]+)`/.exec(step)?.[1] ?? '']));
    expect(said.toSorted()).toEqual(withUndo.toSorted());
  });

  test('says of each step after the line what skipping it costs, in the words of the run', async () => {
    const listed = rowsOf(section(text, 'Forward only'), '#', 'step', 'what it proves when it returns', 'what skipping costs');
    const known = new Map((await allSteps()).map((step) => [step.name, step.skipping ?? 'may not be skipped']));
    expect(listed.length).toBeGreaterThan(8);
    for (const [, step = '', , cost] of listed) expect(cost).toBe(known.get(/`([a-z-]+)`/.exec(step)?.[1] ?? ''));
  });
});
