import { killableSteps } from '../../lab/faults/scenes/kills.js';
import { momentsOf } from '../harness/moments.js';
import { told } from '../harness/story.js';

describe('The steps in which something is killed', () => {
  test('are those whose turn can be seen in the record of the site where it is looked for, and all of them', async () => {
    const moments = await momentsOf((story) => story.migrate());
    const seen = new Map<string, Set<string>>();
    await told({}, async (story) => {
      for (const { n } of moments) {
        story.when(n, () => {
          for (const [site, name] of [['source', 'east'], ['target', 'west']] as const) {
            for (const step of Object.keys(story.world.site(name).ownership.get('orders')?.turns ?? {})) seen.set(step, (seen.get(step) ?? new Set()).add(site));
          }
        });
      }
      await story.migrate();
    });
    expect(killableSteps.filter(([step, site]) => seen.get(step)?.has(site) !== true)).toEqual([]);
    expect([...seen.keys()].filter((step) => !killableSteps.some(([name]) => name === step))).toEqual([]);
  }, 60_000);
});
