import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { ChangeoverError } from '../../src/domain/errors.js';
import { createActivities } from '../../src/activities/index.js';
import { root } from '../docs/markdown.js';
import { Story } from '../harness/story.js';

/** What the sweeps meet, so that nothing new stays outside of them: a step or an activity that no swept story comes by fails here. */
const neverReady = { call: 'Objects.assertVolumesBound', site: 'west', when: 'before', error: new ChangeoverError('ObjectChanged', 'A claim is bound elsewhere.') } as const;

/** The stories that are swept, each by the file that does it. */
const swept: Readonly<Record<string, (story: Story) => Promise<unknown>>> = {
  'a migration': (story) => story.migrate(),
  'its undo, inside the outage': async (story) => {
    story.when('Workloads.ensureStopped', () => story.conductor.cancelSoon());
    await story.migrate();
  },
  'a swap that rolls back': async (story) => {
    story.world.roles.next.push('rolls-back');
    await story.migrate();
  },
  'a way back': async (story) => {
    story.world.fault({ ...neverReady });
    await story.migrate();
    await story.decide('turn-back');
    await story.goOn();
  },
  'a way forward after all': async (story) => {
    story.world.fault({ ...neverReady });
    await story.migrate();
    story.world.fault({ call: 'Replication.awaitDrained', when: 'before', error: new ChangeoverError('Forbidden', 'not allowed') });
    await story.decide('turn-back');
    await story.goOn();
    await story.decide('go-forward');
    await story.goOn();
  },
  'two Primaries, of which a person ends one': async (story) => {
    story.world.roles.next.push('both');
    await story.migrate();
    await story.decide('promote-target', { statement: 'what only east has is lost' });
    await story.goOn();
  },
  'a source that is lost': async (story) => {
    story.world.on('Replication.migrate', () => story.world.powerOff('east'), 'before');
    await story.migrate();
    await story.decide('attest-source-off', { statement: 'east is off' });
    await story.goOn();
  },
};

/** Called before anything runs, or by nothing that runs: their own tests hold them. */
const elsewhere = new Map([
  ['ensureAdopted', 'test/activities/lock.test.ts'],
  ['observeRemains', 'test/sweep/recover.test.ts'],
  ['ensureRecovered', 'test/sweep/recover.test.ts'],
]);

async function met(): Promise<{ readonly activities: ReadonlySet<string>; readonly steps: ReadonlySet<string> }> {
  const activities = new Set<string>();
  const steps = new Set<string>();
  for (const tell of Object.values(swept)) {
    const story = new Story();
    await tell(story);
    for (const { type } of story.conductor.story.activities) activities.add(type);
    for (const { name } of (await story.status()).steps) steps.add(name);
    await story.end();
  }
  return { activities, steps };
}

describe('The sweeps', () => {
  test('come by every step and every activity there is', async () => {
    const seen = await met();
    const story = new Story();
    const all = Object.keys(createActivities(story.world.ports));
    await story.end();
    const steps = readdirSync(join(root, 'src/workflows/steps')).map((file) => file.replace('.ts', ''));
    expect({ activities: all.filter((name) => !seen.activities.has(name) && !elsewhere.has(name)), steps: steps.filter((name) => !seen.steps.has(name)) }).toEqual({ activities: [], steps: [] });
    expect([...elsewhere.keys()].filter((name) => !all.includes(name) || seen.activities.has(name))).toEqual([]);
  });
});
