import { told } from '../harness/story.js';

const gate = { options: { approval: { approvers: ['bob'], expiresAfterMs: 3_600_000 } } };

describe('A run that waits for an approval', () => {
  test('takes no unverified yes, says how to give a verified one, and goes on waiting', () =>
    told({}, async (story) => {
      await story.migrate(gate);
      const answer = await story.decide('approve', { by: 'bob', verified: false, via: 'cli' });
      expect(answer).toMatchObject({ kind: 'rejected' });
      expect(JSON.stringify(answer)).toMatch(/Nobody vouches that this is bob.*--by-annotation/);
      expect((await story.status()).phase).toBe('waiting');
      expect((await story.decide('approve', { by: 'bob', via: 'controller' })).kind).toBe('completed');
      await story.goOn();
      expect(story.faults('west')).toEqual([]);
    }));

  test('takes a claim to be verified from no bare client of Temporal', () =>
    told({}, async (story) => {
      await story.migrate(gate);
      expect((await story.send({ kind: 'approve', by: 'bob', reason: 'now', verified: true })).kind).toBe('rejected');
      expect((await story.send({ kind: 'approve', by: 'bob', reason: 'now', verified: true, via: 'cli' })).kind).toBe('rejected');
      expect((await story.status()).phase).toBe('waiting');
    }));

  test('takes an unverified no from an approver: it only stops what has not begun', () =>
    told({}, async (story) => {
      await story.migrate(gate);
      expect((await story.send({ kind: 'reject', by: 'bob', reason: 'not tonight' })).kind).toBe('completed');
      await story.goOn();
      expect(story.closed()).toBe('failed: Rejected');
      expect(story.faults('east')).toEqual([]);
      expect((await story.status()).decisions).toMatchObject([{ kind: 'reject', by: 'bob', via: 'temporal', verified: false }]);
    }));
});

describe('A decision by a bare client of Temporal', () => {
  test('is one decision when its update is sent twice', () =>
    told({}, async (story) => {
      await story.migrate(gate);
      const ack = { kind: 'ack', by: 'ann', reason: 'on it', id: 'a-1' };
      expect((await story.send(ack)).kind).toBe('completed');
      expect((await story.send(ack)).kind).toBe('completed');
      expect((await story.status()).decisions).toMatchObject([{ id: 'a-1', kind: 'ack', via: 'temporal', verified: false }]);
    }));

  test.each([[undefined], [null], ['approve'], [7], [[]], [{}], [{ kind: 'approve' }]])('that is no decision (%j) is rejected, and the run lives on', (raw) =>
    told({}, async (story) => {
      await story.migrate(gate);
      expect((await story.send(raw)).kind).toBe('rejected');
      await story.conductor.signal('decide', raw);
      expect((await story.status()).phase).toBe('waiting');
      expect((await story.status()).rejections).toHaveLength(1);
    }));
});

describe('A decision by signal', () => {
  test('is taken as one by update is', () =>
    told({}, async (story) => {
      await story.migrate(gate);
      await story.conductor.signal('decide', { kind: 'cancel', by: 'ann', reason: 'wrong night' });
      await story.goOn();
      expect(story.faults('east')).toEqual([]);
      expect((await story.status()).decisions).toMatchObject([{ kind: 'cancel', by: 'ann', via: 'temporal', verified: false }]);
    }));

  test('that cannot be taken is shown with the sentence, and only the last ten are kept', () =>
    told({}, async (story) => {
      await story.migrate(gate);
      for (let n = 1; n <= 12; n += 1) await story.conductor.signal('decide', { kind: 'approve', by: 'bob', reason: `try ${n}`, id: `t-${n}` });
      const { rejections, decisions } = await story.status();
      expect(rejections).toHaveLength(10);
      expect(rejections?.at(-1)).toMatchObject({ kind: 'approve', by: 'bob' });
      expect(rejections?.at(-1)?.problem).toMatch(/Nobody vouches that this is bob/);
      expect(decisions).toEqual([]);
      expect(await story.conductor.details()).toMatch(/not taken: approve by bob \(unverified, temporal\)\. Nobody vouches/);
    }));

  test('without an id is a decision of its own each time', () =>
    told({}, async (story) => {
      await story.migrate(gate);
      for (let n = 1; n <= 2; n += 1) await story.conductor.signal('decide', { kind: 'ack', by: 'ann', reason: 'on it' });
      const ids = (await story.status()).decisions.map((d) => d.id);
      expect(new Set(ids).size).toBe(2);
    }));
});
