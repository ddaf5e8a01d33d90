import { ChangeoverError } from '../../src/domain/errors.js';
import { told, type Story } from '../harness/story.js';

const pause = (story: Story, of: { seconds?: number; force?: boolean }) => {
  story.conductor.updateSoon('decide', [{ id: 'p', kind: 'pause', step: null, by: 'ann', verified: true, via: 'library', reason: 'look first', statement: null, ...of }], 'p');
};

describe('A pause that is forced inside the outage', () => {
  test('takes effect between two steps, says when it ends, and ends by itself', () =>
    told({}, async (story) => {
      let rested: unknown = null;
      story.when('Workloads.ensureStopped', () => pause(story, { seconds: 20, force: true }));
      story.when('Replication.awaitDrained', () => void (rested = story.time.now()));
      const from = story.time.now();
      await story.migrate({ options: { outageBudgetMs: 60_000 } });
      const { decisions, phase, outage } = await story.status();
      expect(decisions).toMatchObject([{ kind: 'pause', seconds: 20 }]);
      expect(phase).toBe('completed');
      expect(Number(rested) - from).toBeGreaterThanOrEqual(20_000);
      expect(Date.parse(outage?.endedAt ?? '') - Date.parse(outage?.startedAt ?? '')).toBeGreaterThanOrEqual(19_000);
      expect(story.faults('west')).toEqual([]);
    }));

  test.each([
    ['without an end', { force: true }, /with an end: changeover pause orders --force --for SECONDS/],
    ['without force', { seconds: 20 }, /To force it all the same/],
    ['for longer than the budget has left', { force: true, seconds: 3_000 }, /The budget of the outage has \d+ s left; the pause must end before\./],
  ])('is refused %s', (_, of, sentence) =>
    told({}, async (story) => {
      story.when('Workloads.ensureStopped', () => pause(story, of));
      await story.migrate({ options: { outageBudgetMs: 60_000 } });
      expect((await story.status()).decisions).toEqual([]);
      expect(JSON.stringify(story.conductor.answerTo('p'))).toMatch(sentence);
      expect(story.faults('west')).toEqual([]);
    }));

  test('can be ended by a person, and does not outlive a cancel', () =>
    told({}, async (story) => {
      story.when('Workloads.ensureStopped', () => {
        pause(story, { seconds: 50, force: true });
        story.decideSoon('cancel');
      });
      await story.migrate({ options: { outageBudgetMs: 60_000 } });
      expect((await story.status()).phase).toBe('undone');
      expect(story.faults('east')).toEqual([]);
    }));
});

describe('A retry with a deadline', () => {
  const never = (story: Story) => story.world.fault({ call: 'Traffic.ensureReverse', when: 'before', times: 100_000, error: new ChangeoverError('NotEverywhere', 'A PTR is not there yet.') });

  test('gives the next attempt so long, and the one after it the usual time again', () =>
    told({}, async (story) => {
      never(story);
      await story.migrate();
      expect((await story.status()).held?.choices[0]).toMatchObject({ choice: 'retry', deadlineMs: 300_000 });
      const lasted = async (seconds?: number) => {
        const from = story.time.now();
        expect((await story.decide('retry', { step: 'reverse-names', ...(seconds === undefined ? {} : { seconds }) })).kind).toBe('completed');
        expect(await story.goOn()).toBe('blocked');
        return Math.round((story.time.now() - from) / 1000);
      };
      expect(await lasted(20)).toBeLessThan(40);
      expect(await lasted(1_200)).toBeGreaterThan(1_100);
      const usual = await lasted();
      expect(usual).toBeGreaterThan(200);
      expect(usual).toBeLessThan(400);
      expect((await story.status()).decisions.map(({ seconds }) => seconds)).toEqual([20, 1_200, undefined]);
      expect(await story.conductor.details()).toContain('retry reverse-names for 1200 s, a test');
    }));

  test('is refused where a retry only looks again, and with any other decision', () =>
    told({}, async (story) => {
      story.when('Replication.migrate', () => story.world.partition('east'));
      await story.migrate({ options: { commandTimeoutMs: 1_000 } });
      expect((await story.status()).held?.step).toBe('swap-roles');
      expect(JSON.stringify(await story.decide('retry', { seconds: 60 }))).toContain('To retry swap-roles takes no deadline: it only looks again.');
      expect(JSON.stringify(await story.decide('ack', { seconds: 60 }))).toContain('ack takes no time in seconds.');
      expect(JSON.stringify(await story.decide('ack', { force: true }))).toContain('Only a pause can be forced, not ack.');
    }));
});

describe('A decision that names its run', () => {
  test('is refused by another one, and recorded nowhere', () =>
    told({}, async (story) => {
      await story.migrate({ options: { approval: { approvers: ['bob'], expiresAfterMs: 3_600_000 } } });
      expect(JSON.stringify(await story.decide('cancel', { run: 'orders-of-last-week' }))).toContain('The decision is for run orders-of-last-week; this is run orders-1. See changeover status orders.');
      expect(await story.status()).toMatchObject({ phase: 'waiting', decisions: [], cancelRequested: false });
      expect((await story.decide('ack', { run: 'orders-1' })).kind).toBe('completed');
    }));
});
