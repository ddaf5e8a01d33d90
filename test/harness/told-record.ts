import type { Entry } from '../../src/domain/record/fact.js';
import { readRecord } from '../../src/client/record.js';
import type { Story } from './story.js';
import { told } from './story.js';

/** The entries that a whole run of the memory world leaves, for whoever needs a real record. */
export async function entriesOfARun(tell: (story: Story) => Promise<unknown> = (story) => story.migrate()): Promise<readonly Entry[]> {
  let entries: readonly Entry[] = [];
  await told({}, async (story) => {
    await tell(story);
    const { journal } = story.world.ports;
    if (journal === null) throw new Error('the world has no journal');
    entries = (await readRecord(journal, 'orders-1')).entries.map(({ id, run, unit, at, fact }) => ({ id, run, unit, at, fact }));
  });
  return entries;
}
