import { ChangeoverError } from '../../src/domain/errors.js';
import { readRecord, verifyRecord } from '../../src/client/record.js';
import { recordLimits } from '../../src/domain/limits.js';
import type { Entry, Fact, FactKind } from '../../src/domain/record/fact.js';
import { told, type Story } from '../harness/story.js';

const full = new ChangeoverError('NotRecorded', 'the disk is full');
const APPEND = 'Journal.append';
const ALWAYS = 1_000_000;

function journalOf(story: Story) {
  const { journal } = story.world.ports;
  if (journal === null) throw new Error('the world has no journal');
  return journal;
}

async function factsOf(story: Story, run = 'orders-1'): Promise<readonly Fact[]> {
  return (await readRecord(journalOf(story), run)).entries.map(({ fact }) => fact);
}

const kindsOf = (facts: readonly Fact[]): readonly FactKind[] => facts.map(({ kind }) => kind);
const calls = (story: Story): readonly string[] => story.world.calls.map(({ call }) => call);

describe('The record of a run', () => {
  test('tells the whole story, in order, and holds', () =>
    told({}, async (story) => {
      await story.migrate();
      expect(await verifyRecord(journalOf(story))).toMatchObject({ ok: true, findings: [] });
      const facts = await factsOf(story);
      const steps = facts.flatMap((fact) => (fact.kind === 'step' ? [`${fact.name} ${fact.state}`] : []));
      // Steps that run side by side end in any order.
      expect(steps.toSorted()).toEqual((await story.status()).steps.map(({ name, state }) => `${name} ${state}`).toSorted());
      const others = kindsOf(facts).filter((kind) => kind !== 'step' && kind !== 'seen' && kind !== 'command');
      expect(others).toEqual(['request', 'plan', 'outage-begun', 'line', 'line', 'outage-ended', 'outcome']);
      expect(facts.at(-1)).toMatchObject({ kind: 'outcome', outcome: 'completed', source: 'east', target: 'west', writer: 'west', debts: [] });
      expect((await readRecord(journalOf(story), 'orders-1')).summary).toMatchObject({ unit: 'orders', source: 'east', target: 'west', outcome: 'completed', requestedBy: 'ann', verified: true });
    }));

  test('is written before anything is changed, before the outage, when it has ended, and at the end', () =>
    told({}, async (story) => {
      await story.migrate();
      const seen = calls(story).filter((call) => call === APPEND || /^(Ownership\.update|Fence\.ensureOn|Replication\.migrate|Traffic\.ensure|Plans\.settle)/.test(call));
      const firsts = seen.filter((call, i) => call !== seen[i - 1]);
      expect(seen.filter((call) => call === APPEND)).toHaveLength(4);
      expect(firsts[0]).toBe(APPEND);
      expect(firsts.at(-1)).toBe(APPEND);
      const swap = seen.indexOf('Replication.migrate');
      expect(seen.slice(0, swap).filter((call) => call === APPEND)).toHaveLength(2);
    }));

  test('is written once when the outage has ended, though steps end while a slow journal takes it', () =>
    told({}, async (story) => {
      story.world.fault({ call: APPEND, nth: 3, when: 'before', error: 'hang' });
      await story.migrate();
      expect(story.closed()).toBe('completed');
      const meanwhile = story.conductor.story.activities.filter(({ id }) => id.startsWith('record/'));
      expect(meanwhile.map(({ id }) => id)).toEqual(['record/ensureRecorded#3']);
      expect(await verifyRecord(journalOf(story))).toMatchObject({ ok: true, findings: [] });
    }));

  test('is waited for outside the workflow task once the journal did not take it at once: the run answers meanwhile', () =>
    told({}, async (story) => {
      story.world.fault({ call: APPEND, times: recordLimits.brief.retry.maximumAttempts, when: 'before', error: full });
      await story.migrate();
      expect(story.closed()).toBe('completed');
      const [first] = story.conductor.story.activities.filter(({ id }) => id.startsWith('record/'));
      expect(first?.id).toBe('record/ensureRecorded#2');
      expect(await verifyRecord(journalOf(story))).toMatchObject({ ok: true, findings: [] });
    }));

  test('says who decided what, while the run waits', () =>
    told({}, async (story) => {
      await story.migrate({ options: { approval: { approvers: ['ann'], expiresAfterMs: 3_600_000 } } });
      await story.decide('approve');
      const facts = await factsOf(story);
      expect(kindsOf(facts)).toContain('waiting');
      await story.goOn();
      expect((await factsOf(story)).find(({ kind }) => kind === 'decision')).toMatchObject({ decision: { kind: 'approve', by: 'ann', reason: 'a test', verified: true } });
    }));

  test('says that a run was held, at once, and how it went on', () =>
    told({}, async (story) => {
      story.world.fault({ call: 'Workloads.ensureStarted', when: 'before', error: new ChangeoverError('ObjectChanged', 'someone was faster') });
      await story.migrate();
      expect((await story.status()).phase).toBe('held');
      expect(kindsOf(await factsOf(story))).toContain('held');
      await story.decide('retry');
      await story.goOn();
      expect(story.closed()).toBe('completed');
      expect(kindsOf(await factsOf(story))).toEqual(expect.arrayContaining(['held', 'decision', 'released', 'outcome']));
    }));

  test('says why a run was refused', () =>
    told({}, async (story) => {
      await story.migrate({ target: 'north' });
      expect(kindsOf(await factsOf(story))).toEqual(['request', 'refusal', 'step', 'outcome']);
    }));

  test('says that a run was undone, and by what', () =>
    told({}, async (story) => {
      story.when('Objects.ensureStaged', () => story.conductor.cancelSoon());
      await story.migrate();
      const facts = await factsOf(story);
      expect(kindsOf(facts)).toContain('cancel-requested');
      expect(facts.at(-1)).toMatchObject({ kind: 'outcome', outcome: 'undone', writer: 'east' });
    }));

  test('goes on when the run turns back, and loses nothing that was not written yet', () =>
    told({}, async (story) => {
      story.world.fault({ call: 'Traffic.ensureReverse', when: 'before', error: new ChangeoverError('RecordChanged', 'A PTR is not ours.') });
      story.when('Fence.ensureOn', () => story.world.fault({ call: APPEND, times: ALWAYS, when: 'before', error: full }));
      await story.migrate();
      await story.decide('turn-back', { step: 'reverse-names' });
      story.world.clearFaults();
      await story.goOn();
      expect(story.closed()).toBe('completed');
      const facts = await factsOf(story);
      expect(kindsOf(facts).filter((kind) => kind !== 'step' && kind !== 'seen' && kind !== 'command')).toEqual([
        'request', 'plan', 'outage-begun', 'line', 'line', 'outage-ended', 'held', 'decision', 'released', 'continued', 'plan', 'outage-begun', 'line', 'line', 'outage-ended', 'outcome',
      ]);
      const { summary, ok } = await readRecord(journalOf(story), 'orders-1');
      expect(ok).toBe(true);
      expect(summary).toMatchObject({ procedure: 'turn-back', source: 'west', target: 'east', outcome: 'completed' });
    }));

  test('of two runs stands in one ledger', () =>
    told({}, async (story) => {
      await story.migrate();
      await story.migrateAgain({ target: 'east' });
      expect(await verifyRecord(journalOf(story))).toMatchObject({ ok: true, findings: [], runs: [{ run: 'orders-1' }, { run: 'orders-2' }] });
    }));
});

describe('A run that cannot be recorded', () => {
  test('is refused, and nothing is changed', () =>
    told({}, async (story) => {
      story.world.fault({ call: APPEND, times: ALWAYS, when: 'before', error: full });
      await story.migrate();
      const status = await story.status();
      expect(status).toMatchObject({ phase: 'refused', headline: expect.stringContaining('the disk is full'), refusals: [expect.stringContaining('must be before anything is changed')] });
      expect(story.closed()).toBe('failed: NotRecorded');
      expect(calls(story).filter((call) => /ensure|propose|settle|update|create|write/i.test(call))).toEqual([]);
      expect(story.faults('east')).toEqual([]);
    }));

  test('is undone before its outage, and the application never stopped', () =>
    told({}, async (story) => {
      story.world.fault({ call: APPEND, nth: 2, times: ALWAYS, when: 'before', error: full });
      await story.migrate();
      expect(await story.status()).toMatchObject({ phase: 'undone', outage: null, debts: [expect.stringContaining('not in the journal yet: ')] });
      expect(story.faults('east')).toEqual([]);
      expect(calls(story)).not.toContain('Fence.ensureOn');
    }));

  test('is refused when the record that stands there was changed', () =>
    told({}, async (story) => {
      await story.migrate();
      story.world.journal.ledger.splice(0, 1);
      story.world.journal.runs.get('orders-1')?.splice(2, 1);
      await story.migrateAgain({ run: 'orders-1', target: 'east' });
      expect(story.closed()).toBe('failed: NotRecorded');
      expect((await story.status()).refusals.join()).toMatch(/not as it was written/);
    }));
});

describe('A journal that goes away once the outage has begun', () => {
  const whenOutageBegins = (story: Story) => story.when('Fence.ensureOn', () => story.world.fault({ call: APPEND, times: ALWAYS, when: 'before', error: full }));

  test('does not stop the run, which says so and leaves it as a debt', () =>
    told({}, async (story) => {
      whenOutageBegins(story);
      await story.migrate();
      const status = await story.status();
      expect(status).toMatchObject({ phase: 'completed-with-debts', unrecorded: { why: expect.stringContaining('the disk is full') } });
      expect(status.debts).toEqual([expect.stringMatching(/^\d+ entries of this run's record are not in the journal yet/)]);
      expect(story.faults('west')).toEqual([]);
      expect(await story.conductor.details()).toMatch(/\d+ entries of the record are not in the journal yet: .*the disk is full/);
    }));

  test('does not make the outage longer', () =>
    told({}, async (story) => {
      await story.migrate();
      const { outage } = await story.status();
      const took = Date.parse(outage?.endedAt ?? '') - Date.parse(outage?.startedAt ?? '');
      await told({}, async (other) => {
        whenOutageBegins(other);
        await other.migrate();
        const without = (await other.status()).outage;
        expect(Date.parse(without?.endedAt ?? '') - Date.parse(without?.startedAt ?? '')).toBe(took);
      });
    }));

  test('gets everything later, in order, when it is back before the run ends', () =>
    told({}, async (story) => {
      whenOutageBegins(story);
      story.when('Plans.settle', () => story.world.clearFaults());
      await story.migrate();
      expect(await story.status()).toMatchObject({ phase: 'completed', unrecorded: null, debts: [] });
      expect(await verifyRecord(journalOf(story))).toMatchObject({ ok: true, findings: [] });
      expect(kindsOf(await factsOf(story))).toEqual(expect.arrayContaining(['outage-begun', 'outage-ended', 'outcome']));
    }));

  test('leaves with the closed run what it did not take, for whoever asks', () =>
    told({}, async (story) => {
      whenOutageBegins(story);
      await story.migrate();
      const left = await story.conductor.query<readonly Entry[]>('unrecorded');
      expect(kindsOf(left.map(({ fact }) => fact))).toEqual(expect.arrayContaining(['outage-begun', 'outage-ended', 'outcome']));
      story.world.clearFaults();
      await journalOf(story).append('orders-1', left);
      expect(await verifyRecord(journalOf(story))).toMatchObject({ ok: true, findings: [] });
    }));
});
