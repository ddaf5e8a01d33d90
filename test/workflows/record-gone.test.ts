import { told, type Story } from '../harness/story.js';
import type { OwnershipRecord } from '../../src/domain/ownership.js';

/** Somebody removes an ownership record in the middle of a run. Adopting brings nothing back that a run holds; the line that does is shown. */
function removes(story: Story, site: string): OwnershipRecord {
  const records = story.world.site(site).ownership;
  const record = records.get('orders');
  if (record === undefined) throw new Error(`There is no record on ${site}.`);
  story.world.happens('someone', () => records.delete('orders'));
  return record;
}

/** The record in the line that is shown, as a person would put it back. */
function puts(story: Story, site: string, advice: string): void {
  const text = /--from-literal=record=([^']+)'/.exec(advice)?.[1] ?? '{}';
  story.world.happens('a person', () => story.world.site(site).ownership.set('orders', JSON.parse(text) as OwnershipRecord));
}

async function retried(story: Story): Promise<void> {
  await story.decide('retry');
  await story.goOn();
}

describe('An ownership record that is removed in the middle of a run', () => {
  test('at the source, while the target is staged: the undo is held with the line that puts it back, and ends when it was', () =>
    told({}, async (story) => {
      let before: OwnershipRecord | null = null;
      story.when('Objects.ensureStaged', () => (before = removes(story, 'east')));
      await story.migrate();
      const { held, headline, refusals } = await story.status();
      expect(`${held?.error} ${held?.advice} ${headline} ${refusals.join(' ')}`).not.toContain('Run: changeover adopt');
      expect(held).toMatchObject({ code: 'OwnershipGone', error: 'The ownership record of orders on east is gone (ConfigMap changeover-system/ownership-orders), though run orders-1 holds the unit in epoch 2.' });
      expect(held?.advice).toMatch(/^Someone removed the record; .*Put it back, then retry\. On east: kubectl create configmap ownership-orders -n changeover-system '--from-literal=record=\{/);
      puts(story, 'east', held?.advice ?? '');
      expect(story.world.site('east').ownership.get('orders')).toEqual(Object.assign({}, before, { turns: {} }));
      // Each undo that failed meanwhile is taken up again.
      for (let decisions = 0; decisions < 4 && (await story.status()).phase === 'held'; decisions += 1) await retried(story);
      expect((await story.status()).phase).toBe('undone');
      expect(story.faults('east')).toEqual([]);
    }));

  test('at the source, inside the outage: nobody is named as the writer, and the application serves again', () =>
    told({}, async (story) => {
      story.when('Replication.awaitDrained', () => void removes(story, 'east'));
      await story.migrate({ options: { outageBudgetMs: 20_000 } });
      const { held } = await story.status();
      expect(held).toMatchObject({ code: 'OwnershipGone', advice: expect.stringContaining('"writer":null') });
      puts(story, 'east', held?.advice ?? '');
      for (let decisions = 0; decisions < 8 && (await story.status()).phase === 'held'; decisions += 1) await retried(story);
      expect((await story.status()).phase).toBe('undone');
      expect(story.faults('east')).toEqual([]);
    }));

  test('at the target, after the line: the run goes on there when it is back', () =>
    told({}, async (story) => {
      story.when('Traffic.ensureRedirected', () => void removes(story, 'west'));
      await story.migrate();
      const { held } = await story.status();
      expect(held?.code).toBe('OwnershipGone');
      expect(held?.advice).toContain('"writer":"west"');
      puts(story, 'west', held?.advice ?? '');
      await retried(story);
      expect(story.closed()).toBe('completed');
      expect(story.faults('west')).toEqual([]);
    }));
});
