import { ChangeoverError } from '../../src/domain/errors.js';
import { told, type Story } from '../harness/story.js';

const read = ['Site.identity', 'Plans.plan', 'Plans.membership', 'Ownership.read', 'Workloads.observe', 'Fence.read'];

/** Nothing of the site's API server is answered from the first look of the recheck on, for so many seconds; its storage and its pods go on. */
function awayAtRecheck(story: Story, site: string, seconds: number): void {
  story.when('Objects.ensureStaged', () => {
    story.when('Site.identity', () => {
      for (const call of read) story.world.fault({ site, call, when: 'before', times: 100_000, error: new ChangeoverError('Unreachable', `The API server of ${site} does not answer.`) });
      story.time.schedule('ambient', seconds * 1000, () => story.world.clearFaults());
    });
  });
}

describe('The recheck', () => {
  test.each(['east', 'west'])('waits for an API server at %s that starts again within ten seconds, before the outage begins', (site) =>
    told({}, async (story) => {
      awayAtRecheck(story, site, 10);
      const from = story.time.now();
      await story.migrate();
      const { phase, refusals, outage } = await story.status();
      expect([phase, refusals]).toEqual(['completed', []]);
      expect(Date.parse(outage?.startedAt ?? '') - from).toBeGreaterThanOrEqual(10_000);
      expect(story.faults('west')).toEqual([]);
      expect(story.conductor.story.events).toBeLessThanOrEqual(250);
    }));

  test.each(['east', 'west'])('undoes the run where that of %s stays away for longer, and says all that could not be read', (site) =>
    told({}, async (story) => {
      awayAtRecheck(story, site, 40);
      await story.migrate();
      const { phase, refusals, outage } = await story.status();
      expect([phase, outage]).toEqual(['undone', null]);
      expect(refusals.join(' ')).toMatch(/the DR plan could not be read/);
      expect(refusals.join(' ')).toMatch(/the ownership record could not be read/);
      expect(story.faults('east')).toEqual([]);
    }));

  test.each([[10, 'completed'], [40, 'undone']])('waits for an address of the target that accepts no connections yet, after %i s the run is %s', (seconds, ends) =>
    told({}, async (story) => {
      story.when('Objects.ensureStaged', () => {
        const west = story.world.site('west');
        west.entryPointDown = 'ECONNREFUSED';
        story.time.schedule('ambient', seconds * 1000, () => void (west.entryPointDown = null));
      });
      await story.migrate({ options: { probePorts: [8080] } });
      const { phase, refusals } = await story.status();
      expect([phase, refusals.length > 0]).toEqual([ends, ends === 'undone']);
      expect(refusals.every((reason) => reason.includes('does not accept connections: ECONNREFUSED'))).toBe(true);
      expect(story.faults(ends === 'undone' ? 'east' : 'west')).toEqual([]);
    }));
});
