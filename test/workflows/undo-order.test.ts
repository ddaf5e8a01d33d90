import { ChangeoverError } from '../../src/domain/errors.js';
import { waitsFor } from '../../src/workflows/undo.js';
import { allSteps } from '../docs/steps.js';
import { told, type Story } from '../harness/story.js';

/** The target is lost while the source is already offline: nobody knows whether it became Primary. */
const targetLostInTheOutage = (story: Story) => story.when('Replication.awaitDrained', () => story.world.partition('west'));

describe('An undo inside the outage whose target cannot be read', () => {
  test('is held, and leaves the source fenced, frozen and protected until a person decides', () =>
    told({}, async (story) => {
      targetLostInTheOutage(story);
      expect(await story.migrate({ options: { outageBudgetMs: 20_000 } })).toBe('blocked');
      expect((await story.status()).held).toMatchObject({ step: 'offline-source', choices: [{ choice: 'retry' }, { choice: 'attest-target-off' }], also: ['freeze-controllers waits', 'stage-target waits', 'capture-application waits', 'lower-ttl waits', 'protect-volumes waits', 'claim waits'] });
      expect(story.world.site('east').fences.get('orders')?.on).toBe(true);
      expect(story.world.law()).toEqual([]);
      expect(story.world.site('west').objects.size).toBeGreaterThan(0);
    }));

  test('goes on by itself nowhere, and ends undone when the target is back and a person retries', () =>
    told({}, async (story) => {
      targetLostInTheOutage(story);
      await story.migrate({ options: { outageBudgetMs: 20_000 } });
      story.world.restore('west');
      await story.decide('retry', { step: 'offline-source' });
      await story.goOn();
      expect((await story.status()).phase).toBe('undone');
      expect(story.faults('east')).toEqual([]);
    }));

  test('starts the source when a person attests that the target is off', () =>
    told({}, async (story) => {
      targetLostInTheOutage(story);
      await story.migrate({ options: { outageBudgetMs: 20_000 } });
      await story.decide('attest-target-off', { statement: 'west is off' });
      await story.goOn();
      const { outage, writer } = await story.status();
      expect(outage?.endedAt).not.toBeNull();
      expect(writer).toBe('east');
      expect(story.world.writers()).toEqual(['east']);
      expect(story.world.law()).toEqual([]);
    }));

  test('does not believe an attestation that a reading contradicts', () =>
    told({}, async (story) => {
      targetLostInTheOutage(story);
      await story.migrate({ options: { outageBudgetMs: 20_000 } });
      story.world.restore('west');
      story.world.happens('someone takes over by hand', () => {
        for (const [site, role] of [['west', 'primary'], ['east', 'primary']] as const) for (const group of story.world.site(site).groups.values()) group.role = role;
      });
      await story.decide('attest-target-off', { statement: 'west is off' });
      await story.goOn();
      expect((await story.status()).held).toMatchObject({ step: 'swap-roles', code: 'NeedsDecision', error: expect.stringContaining('Both sites say that they are Primary') });
      expect(story.world.site('east').ownership.get('orders')?.writer).toBeNull();
    }));

  test('says while it is held that nobody knows who can write', () =>
    told({}, async (story) => {
      targetLostInTheOutage(story);
      await story.migrate({ options: { outageBudgetMs: 20_000 } });
      expect((await story.status()).writer).not.toBe('east');
    }));
});

describe('What undos wait for', () => {
  test('are steps that have an undo, and never each other', async () => {
    const steps = (await allSteps()).filter((step) => step.undo !== undefined);
    const names = new Set(steps.map(({ name }) => name));
    expect(steps.flatMap(({ undoAfter = [] }) => (undoAfter === 'all' ? [] : undoAfter)).filter((name) => !names.has(name))).toEqual([]);
    // What waits for nobody goes first; if all are gone in the end, there was no circle.
    let open = steps;
    for (let before = open.length + 1; open.length < before; ) {
      before = open.length;
      const waiting = open;
      open = waiting.filter((step) => waiting.some((other) => other !== step && waitsFor(step, other)));
    }
    expect(open.map(({ name }) => name)).toEqual([]);
  });

  test('two that fail stop no other; each is shown with the exact list of what is not undone, and taken up again', () =>
    told({}, async (story) => {
      const no = new ChangeoverError('Forbidden', 'not allowed');
      story.world.link.lags = true;
      story.world.fault({ call: 'Workloads.ensureThawed', when: 'before', error: no });
      story.world.fault({ call: 'Objects.ensureUnstaged', when: 'before', error: no });
      await story.migrate({ options: { outageBudgetMs: 20_000 } });
      const { held, steps } = await story.status();
      expect(held).toMatchObject({ step: 'freeze-controllers', also: ['stage-target was not undone: not allowed', 'claim waits'] });
      expect(steps.filter(({ state }) => state === 'undone').map(({ name }) => name)).toEqual(['protect-volumes', 'lower-ttl', 'capture-application', 'offline-source']);
      expect(await story.conductor.details()).toContain('Also: stage-target was not undone: not allowed; claim waits.');
      await story.decide('retry', { step: 'freeze-controllers' });
      await story.goOn();
      expect((await story.status()).held).toMatchObject({ step: 'stage-target', also: ['claim waits'] });
      await story.decide('retry', { step: 'stage-target' });
      await story.goOn();
      expect((await story.status()).phase).toBe('undone');
      expect(story.faults('east')).toEqual([]);
    }));

  test('one that a person gives up stops no other either, and is a debt', () =>
    told({}, async (story) => {
      story.world.link.lags = true;
      story.world.fault({ call: 'Workloads.ensureThawed', when: 'before', error: new ChangeoverError('Forbidden', 'not allowed') });
      await story.migrate({ options: { outageBudgetMs: 20_000 } });
      await story.decide('skip', { step: 'freeze-controllers' });
      await story.goOn();
      expect(await story.status()).toMatchObject({ phase: 'undone', held: null, debts: ['freeze-controllers was not undone: not allowed'] });
      expect(story.world.site('east').ownership.get('orders')?.run).toBeNull();
    }));
});

describe('An undo', () => {
  test('ends the outage when the source serves again, not when the last clean-up is done', () =>
    told({}, async (story) => {
      story.world.link.lags = true;
      story.world.fault({ call: 'Objects.ensureUnstaged', when: 'before', error: new ChangeoverError('Forbidden', 'not allowed') });
      await story.migrate({ options: { outageBudgetMs: 20_000 } });
      const status = await story.status();
      expect(status.held?.step).toBe('stage-target');
      expect(status.outage?.endedAt).not.toBeNull();
      expect(status.writer).toBe('east');
    }));

  test('says what it had to leave behind', () =>
    told({}, async (story) => {
      story.world.fault({ call: 'Workloads.ensureFrozen', when: 'before', error: new ChangeoverError('Forbidden', 'not allowed') });
      story.when('Workloads.ensureFrozen', () => {
        for (const object of story.world.site('west').objects.values()) if (object.kind === 'PersistentVolume') (object['spec'] as Record<string, unknown>)['persistentVolumeReclaimPolicy'] = 'Delete';
      });
      await story.migrate();
      expect((await story.status()).steps.find((s) => s.name === 'stage-target')?.note).toMatch(/PersistentVolume\/pv-orders-ledger: its volume is not Retain/);
    }));
});
