import { jest } from '@jest/globals';
import { recordingRejections } from '../../src/api/record-verbs.js';
import type { TemporalVerbs } from '../../src/api/verbs.js';
import { readRecord, verifyRecord } from '../../src/client/record.js';
import { recordedIfRejected } from '../../src/client/rejections.js';
import { renderReport } from '../../src/client/report/index.js';
import { createAttachments, createJournal, createJournalState } from '../../src/drivers/memory/journal.js';
import { ChangeoverError } from '../../src/domain/errors.js';
import type { Decision, DecisionRecord } from '../../src/domain/status.js';
import type { Journal } from '../../src/ports/journal.js';
import { aRow } from '../api/support/fake-verbs.js';
import { anEntry } from '../harness/record.js';

const WHY = 'retry is not possible now (preparing).';
const refused = async (): Promise<DecisionRecord> => {
  throw new ChangeoverError('Refused', WHY);
};

function aDecision(of: Partial<Decision> = {}): Decision {
  return { id: 'd1', kind: 'retry', step: 'swap-roles', by: 'mallory', verified: false, via: 'cli', reason: 'I think so', statement: null, ...of };
}

function aJournal(): Journal {
  const state = createJournalState();
  return { ...createJournal(state, { now: () => Date.now() }), attachments: createAttachments(state) };
}

/** A journal with one run, and how often it was used for a rejection. */
async function aWorld() {
  const journal = aJournal();
  await journal.append('orders-1', [anEntry('orders-1', 1)]);
  const used = { times: 0 };
  const sink = {
    use: async (action: (journal: Journal) => Promise<void>) => {
      used.times += 1;
      await action(journal);
    },
    run: async (): Promise<string | null> => 'orders-1',
  };
  const rejections = async () => (await readRecord(journal, 'orders-1')).entries.flatMap(({ fact }) => (fact.kind === 'rejected-decision' ? [fact] : []));
  return { journal, sink, used, rejections };
}

const failureOf = async (sent: Promise<unknown>): Promise<ChangeoverError> => sent.then(() => { throw new Error('it was taken'); }, (error: unknown) => error as ChangeoverError);

describe('A decision that the run rejects', () => {
  test('is in the record with who, which way, why it was asked and why not, and is refused all the same', async () => {
    const { journal, sink, rejections } = await aWorld();
    expect(await failureOf(recordedIfRejected(aDecision(), refused, sink))).toMatchObject({ code: 'Refused', message: WHY, reasons: [] });
    expect(await rejections()).toEqual([{ kind: 'rejected-decision', decision: 'retry', by: 'mallory', why: WHY, verified: false, via: 'cli', step: 'swap-roles', reason: 'I think so' }]);
    const record = await readRecord(journal, 'orders-1');
    expect(record).toMatchObject({ ok: true });
    const report = renderReport(record, 'markdown');
    for (const said of ['retry swap-roles, not taken', 'mallory (unverified, cli)', `I think so; not taken: ${WHY}`]) expect(report).toContain(said);
  });

  test('by way of the API stands with its verified name', async () => {
    const { journal, rejections } = await aWorld();
    const verbs = recordingRejections({ decide: refused } as unknown as TemporalVerbs, journal);
    expect(await failureOf(verbs.decide(aRow(), aDecision({ by: 'otto', verified: true, via: 'api' })))).toMatchObject({ code: 'Refused', reasons: [] });
    expect(await rejections()).toMatchObject([{ by: 'otto', verified: true, via: 'api' }]);
  });

  test('is there once, however often the same is sent', async () => {
    const { sink, rejections } = await aWorld();
    for (let again = 0; again < 3; again += 1) await failureOf(recordedIfRejected(aDecision(), refused, sink));
    await failureOf(recordedIfRejected(aDecision({ id: 'd2' }), refused, sink));
    expect(await rejections()).toHaveLength(2);
  });

  test('because its run is over is there too, unless it was taken while the run was open', async () => {
    const { journal, sink, rejections } = await aWorld();
    const over = async (): Promise<DecisionRecord> => {
      throw new ChangeoverError('NotFound', 'No run of orders is open.');
    };
    const { statement: _, ...taken } = aDecision({ id: 'taken' });
    await journal.append('orders-1', [anEntry('orders-1', 2, { kind: 'decision', decision: { ...taken, at: '2026-01-01T00:00:00.000Z' } })]);
    for (const id of ['taken', 'late']) expect(await failureOf(recordedIfRejected(aDecision({ id }), over, sink))).toMatchObject({ code: 'NotFound' });
    expect(await rejections()).toMatchObject([{ why: 'No run of orders is open.' }]);
  });

  test('cannot fill the record, neither by number nor by length', async () => {
    const { sink, rejections } = await aWorld();
    for (let n = 0; n < 100; n += 1) await failureOf(recordedIfRejected(aDecision({ id: `d${n}`, by: 'x'.repeat(10_000), reason: 'y'.repeat(100_000) }), refused, sink));
    expect(await failureOf(recordedIfRejected(aDecision({ id: 'one more' }), refused, sink))).toMatchObject({ message: WHY, reasons: [expect.stringContaining('it has 100 of them already')] });
    const all = await rejections();
    expect(all).toHaveLength(100);
    expect(JSON.stringify(all).length).toBeLessThan(200_000);
  });
});

describe('A journal that cannot take a rejection', () => {
  const isRefusedWith = (reason: string) => ({ code: 'Refused', message: WHY, reasons: [expect.stringMatching(`^This rejection is not in the record: .*${reason}`)] });

  test('hides nothing: the rejection comes first, and what is wrong with the journal is a reason in it', async () => {
    const { sink } = await aWorld();
    const use = async () => {
      throw new ChangeoverError('NotRecorded', 'the disk is full');
    };
    expect(await failureOf(recordedIfRejected(aDecision(), refused, { ...sink, use }))).toMatchObject(isRefusedWith('the disk is full'));
  });

  test('that never answers keeps nobody waiting for long', async () => {
    jest.useFakeTimers();
    try {
      const { sink } = await aWorld();
      const failure = failureOf(recordedIfRejected(aDecision(), refused, { ...sink, use: () => new Promise(() => undefined) }));
      await jest.advanceTimersByTimeAsync(4_000);
      expect(await failure).toMatchObject(isRefusedWith('did not answer in time'));
    } finally {
      jest.useRealTimers();
    }
  });

  test('because it is another than the control worker\'s gets no run of its own', async () => {
    const { sink } = await aWorld();
    const elsewhere = aJournal();
    expect(await failureOf(recordedIfRejected(aDecision(), refused, { ...sink, use: (action) => action(elsewhere) }))).toMatchObject(isRefusedWith('knows nothing of orders-1'));
    expect(await elsewhere.runs()).toEqual([]);
    expect(await verifyRecord(elsewhere)).toMatchObject({ ok: true });
  });
});

describe('Any other answer to a decision', () => {
  test('touches no journal', async () => {
    const { sink, used } = await aWorld();
    const taken = { ...aDecision(), at: '2026-01-01T00:00:00.000Z' };
    expect(await recordedIfRejected(aDecision(), async () => taken, sink)).toBe(taken);
    const away = new ChangeoverError('Unreachable', 'Temporal does not answer.');
    expect(await failureOf(recordedIfRejected(aDecision(), () => Promise.reject(away), sink))).toBe(away);
    const nobody = new ChangeoverError('NotFound', 'No run of orders is open.');
    for (const run of [async () => null, () => Promise.reject(away)]) expect(await failureOf(recordedIfRejected(aDecision(), () => Promise.reject(nobody), { ...sink, run }))).toBe(nobody);
    expect(used.times).toBe(0);
  });
});
