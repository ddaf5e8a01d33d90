import type { RunOptions } from '../../src/domain/request.js';
import { told, type Story } from '../harness/story.js';

const HOUR = 3_600_000;
const gate = (of: Partial<NonNullable<RunOptions['approval']>> = {}) => ({ options: { approval: { approvers: ['bob', 'carol', 'ann'], expiresAfterMs: HOUR, ...of } } });
const digestOf = async (story: Story) => (await story.status()).waiting?.digest ?? '';
const yes = (story: Story, by: string, of: { digest?: string } = {}) => story.decide('approve', { by, via: 'controller', ...of });

describe('An approval', () => {
  test('names the plan and what is staged, and the record says for what it was', () =>
    told({}, async (story) => {
      await story.migrate(gate());
      const digest = await digestOf(story);
      expect(digest).toMatch(/^[0-9a-z]{6,12}-[0-9a-f]{12}$/);
      expect((await yes(story, 'bob', { digest })).kind).toBe('completed');
      await story.goOn();
      expect((await story.status()).decisions).toMatchObject([{ kind: 'approve', by: 'bob', digest }]);
      expect(story.faults('west')).toEqual([]);
    }));

  test('for anything else than what waits is refused with a sentence', () =>
    told({}, async (story) => {
      await story.migrate(gate());
      expect(JSON.stringify(await yes(story, 'bob', { digest: 'of-yesterday' }))).toMatch(/The approval is for of-yesterday; what waits is /);
      expect(await story.status()).toMatchObject({ phase: 'waiting', decisions: [] });
    }));

  test('of two needs two different people, neither of whom asked for the run', () =>
    told({}, async (story) => {
      await story.migrate(gate({ approvals: 2 }));
      expect(JSON.stringify(await yes(story, 'ann'))).toContain('ann asked for this run, and it needs 2 others.');
      expect((await yes(story, 'bob')).kind).toBe('completed');
      await story.goOn();
      expect((await story.status()).waiting).toMatchObject({ approvals: 2, approvedBy: ['bob'] });
      expect(JSON.stringify(await yes(story, 'bob'))).toContain('bob has approved already; somebody else must.');
      expect((await story.status()).outage).toBeNull();
      expect((await yes(story, 'carol')).kind).toBe('completed');
      await story.goOn();
      expect(story.faults('west')).toEqual([]);
    }));

  test('of two is not two by one person who says it twice at once', () =>
    told({}, async (story) => {
      await story.migrate(gate({ approvals: 2 }));
      for (const id of ['one', 'two']) story.conductor.updateSoon('decide', [{ id, kind: 'approve', step: null, by: 'bob', verified: true, via: 'controller', reason: 'r', statement: null }], id);
      await story.goOn();
      expect(await story.status()).toMatchObject({ phase: 'waiting', outage: null, waiting: { approvedBy: ['bob'] } });
    }));

  test('of two ends with the no of one', () =>
    told({}, async (story) => {
      await story.migrate(gate({ approvals: 2 }));
      await yes(story, 'bob');
      await story.decide('reject', { by: 'carol', via: 'controller' });
      await story.goOn();
      expect(story.closed()).toBe('failed: Rejected');
      expect(story.faults('east')).toEqual([]);
    }));

  test('is asked for again when the application changes after it', () =>
    told({}, async (story) => {
      await story.migrate(gate());
      const first = await digestOf(story);
      story.when('Workloads.ensureFrozen', () => story.editConfigMap('colour', 'green'));
      await yes(story, 'bob');
      expect(await story.goOn()).toBe('blocked');
      const again = await story.status();
      expect(again).toMatchObject({ phase: 'waiting', outage: null });
      expect(again.waiting?.digest).not.toBe(first);
      expect(JSON.stringify(await yes(story, 'bob', { digest: first }))).toContain(`The approval is for ${first}`);
      await yes(story, 'bob', { digest: again.waiting?.digest ?? '' });
      await story.goOn();
      expect(story.configMapAt('west')['colour']).toBe('green');
      expect(story.faults('west')).toEqual([]);
    }));

  test('does not cover a change inside the outage: what was not approved is not moved', () =>
    told({}, async (story) => {
      await story.migrate(gate());
      story.when('Workloads.ensureStopped', () => story.editConfigMap('colour', 'red'));
      await yes(story, 'bob');
      await story.goOn();
      expect(story.closed()).toBe('failed: Rejected');
      expect((await story.status()).headline).toContain('The application changed after it was approved');
      expect(story.faults('east')).toEqual([]);
    }));

  test('is asked for again when it has become too old while the run rested', () =>
    told({}, async (story) => {
      await story.migrate(gate());
      story.when('Workloads.ensureFrozen', () => story.decideSoon('pause'));
      await yes(story, 'bob');
      expect(await story.goOn()).toBe('blocked');
      expect((await story.status()).phase).toBe('paused');
      await story.conductor.advance(2 * HOUR);
      await story.decide('resume');
      expect(await story.goOn()).toBe('blocked');
      expect(await story.status()).toMatchObject({ phase: 'waiting', outage: null });
      await yes(story, 'carol');
      await story.goOn();
      expect(story.faults('west')).toEqual([]);
    }));
});

describe('An attestation', () => {
  const lost = (story: Story) => story.when('Replication.migrate', () => story.world.partition('east'));
  const attest = (story: Story, by: string, verified = true) => story.decide('attest-source-off', { by, verified, via: 'api', statement: 'east is off' });

  test('where the run asks for two is taken from two different people with names that somebody vouches for', () =>
    told({}, async (story) => {
      lost(story);
      expect(await story.migrate({ options: { attestations: 2, commandTimeoutMs: 1_000 } })).toBe('blocked');
      const before = (await story.status()).held?.choices.find(({ choice }) => choice === 'attest-source-off');
      expect(before?.attestedBy).toEqual([]);
      expect(JSON.stringify(await attest(story, 'bob', false))).toContain('Nobody vouches that this is bob');
      expect((await attest(story, 'bob')).kind).toBe('completed');
      await story.goOn();
      const shown = await story.status();
      expect(shown.held?.choices.find(({ choice }) => choice === 'attest-source-off')).toMatchObject({ attestedBy: ['bob'], effect: expect.stringMatching(/^bob has attested it; somebody else must too\./) });
      expect(JSON.stringify(await attest(story, 'bob'))).toContain('bob has attested already; somebody else must.');
      expect((await story.status()).line).toBe('crossing');
      expect((await attest(story, 'carol')).kind).toBe('completed');
      await story.goOn();
      expect((await story.status()).line).toBe('after');
    }));
});
