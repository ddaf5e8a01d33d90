import { createJournal, createJournalState, createAttachments } from '../../src/drivers/memory/journal.js';
import { verifyRecord, readRecord } from '../../src/client/record.js';
import type { ClosedRun } from '../../src/domain/record/closed-run.js';
import type { Entry } from '../../src/domain/record/fact.js';
import { ChangeoverError } from '../../src/domain/errors.js';
import { Keeper, LATE_ENTRIES_MS, type ClosedRuns } from '../../src/keeper/keeper.js';
import type { Journal } from '../../src/ports/journal.js';
import { anEntry, anOutcome, sha256 } from '../harness/record.js';

const closedAt = '2026-01-01T02:00:00.000Z';

function aClosed(of: Partial<ClosedRun> = {}): ClosedRun {
  return { run: 'orders-1', unit: 'orders', temporalRun: 'aaaaaaaa-1', ending: 'completed', target: 'west', closedAt, ...of };
}

/** Temporal with these closed executions, and a journal that can be away. */
function aWorld(closed: readonly ClosedRun[], { late = [], now = closedAt }: { late?: readonly Entry[]; now?: string } = {}) {
  const state = createJournalState();
  const memory = createJournal(state, { now: () => Date.parse(closedAt) });
  const attachments = createAttachments(state);
  const asked: string[] = [];
  const said: string[] = [];
  const world = { isJournalAway: false, canAnswer: true, hasHistory: true, replacedBy: null as string | null };
  const unless = <A extends readonly unknown[], T>(write: (...args: A) => Promise<T>) => async (...args: A): Promise<T> => {
    if (world.isJournalAway) throw new ChangeoverError('NotRecorded', 'the disk is full');
    return write(...args);
  };
  const journal: Journal = { ...memory, append: unless((run: string, entries: readonly Entry[]) => memory.append(run, entries)), attachments: { ...attachments, write: unless((name: string, bytes: Uint8Array) => attachments.write(name, bytes)) } };
  const runs: ClosedRuns = {
    list: async () => closed,
    history: async ({ temporalRun }) => {
      asked.push(`history ${temporalRun}`);
      if (!world.hasHistory) throw new Error('no answer');
      return { json: `{"events":["${temporalRun}"]}`, events: 1 };
    },
    unrecorded: async ({ temporalRun }) => {
      asked.push(`unrecorded ${temporalRun}`);
      if (!world.canAnswer) throw new Error('no worker answers');
      return late;
    },
    isReplaced: async ({ temporalRun }) => world.replacedBy !== null && world.replacedBy !== temporalRun,
  };
  const aKeeper = () => new Keeper({ runs, journal, say: (sentence) => said.push(sentence), signal: new AbortController().signal, now: () => Date.parse(now) });
  const facts = async (run = 'orders-1') => (await readRecord(journal, run)).entries.map(({ fact }) => fact);
  return { world, journal, runs, state, asked, said, aKeeper, facts };
}

describe('The keeper', () => {
  test('exports the history of a closed run, with a digest that verifies', async () => {
    const { journal, state, aKeeper, facts } = aWorld([aClosed()]);
    await journal.append('orders-1', [anEntry('orders-1', 1, anOutcome)]);
    await aKeeper().look();
    const bytes = '{"events":["aaaaaaaa-1"]}';
    expect(await facts()).toEqual([anOutcome, { kind: 'history-exported', name: 'orders-1.history.json', digest: sha256(bytes), events: 1, temporalRun: 'aaaaaaaa-1' }]);
    expect(await verifyRecord(journal)).toMatchObject({ ok: true, findings: [] });
    state.attachments.set('orders-1.history.json', Buffer.from('{}'));
    expect((await verifyRecord(journal)).findings.map(({ fault }) => fault)).toEqual(['attachment-changed']);
  });

  test('writes nothing twice, neither at the next look nor after a restart, and asks no more than it must', async () => {
    const { journal, asked, aKeeper, facts } = aWorld([aClosed()]);
    await journal.append('orders-1', [anEntry('orders-1', 1, anOutcome)]);
    const keeper = aKeeper();
    await keeper.look();
    await keeper.look();
    await aKeeper().look();
    await Promise.all([aKeeper().look(), aKeeper().look()]);
    expect((await facts()).map(({ kind }) => kind)).toEqual(['outcome', 'history-exported']);
    expect(asked).toEqual(['history aaaaaaaa-1']);
  });

  test('writes what a closed run could not, in the order in which it happened', async () => {
    const late = [anEntry('orders-1', 2), anEntry('orders-1', 3, anOutcome)];
    const { journal, aKeeper, facts } = aWorld([aClosed()], { late });
    await journal.append('orders-1', [anEntry('orders-1', 1), anEntry('orders-1', 2)]);
    await aKeeper().look();
    expect((await facts()).map(({ kind }) => kind)).toEqual(['debt', 'debt', 'outcome', 'history-exported']);
    expect(await verifyRecord(journal)).toMatchObject({ ok: true, findings: [] });
  });

  test('names the outcome of a terminated run, of which nobody knows which site can write', async () => {
    const { journal, aKeeper, facts } = aWorld([aClosed({ ending: 'terminated' })], { late: [anEntry('orders-1', 2)] });
    await journal.append('orders-1', [anEntry('orders-1', 1)]);
    await aKeeper().look();
    await aKeeper().look();
    const all = await facts();
    expect(all.map(({ kind }) => kind)).toEqual(['debt', 'debt', 'history-exported', 'outcome']);
    expect(all.at(-1)).toMatchObject({ outcome: 'terminated', target: 'west', writer: 'unknown', debts: ['sentence 1', 'sentence 2'] });
  });

  test('keeps a run that was terminated before anything of it was written', async () => {
    const { journal, aKeeper, facts } = aWorld([aClosed({ ending: 'terminated' })]);
    await aKeeper().look();
    expect((await facts()).map(({ kind }) => kind)).toEqual(['history-exported', 'outcome']);
    expect(await verifyRecord(journal)).toMatchObject({ ok: true });
  });

  test('exports the history of a run that nobody can ask, and closes a terminated one after an hour', async () => {
    const soon = aWorld([aClosed({ ending: 'terminated' })]);
    soon.world.canAnswer = false;
    await soon.aKeeper().look();
    expect((await soon.facts()).map(({ kind }) => kind)).toEqual(['history-exported']);
    expect(soon.said).toEqual([expect.stringMatching(/^orders-1 .*no worker answers/)]);
    const later = aWorld([aClosed({ ending: 'terminated' })], { now: new Date(Date.parse(closedAt) + LATE_ENTRIES_MS + 1).toISOString() });
    later.world.canAnswer = false;
    await later.aKeeper().look();
    expect((await later.facts()).map(({ kind }) => kind)).toEqual(['history-exported', 'outcome']);
  });

  test('names no outcome for a run that closed itself and cannot be asked, however late', async () => {
    const { world, aKeeper, facts } = aWorld([aClosed({ ending: 'failed' })], { now: '2026-02-01T00:00:00.000Z' });
    world.canAnswer = false;
    await aKeeper().look();
    expect((await facts()).map(({ kind }) => kind)).toEqual(['history-exported']);
  });

  test('says once that the journal is away, and writes everything when it is back', async () => {
    const { world, journal, said, aKeeper, facts } = aWorld([aClosed()], { late: [anEntry('orders-1', 1, anOutcome)] });
    world.isJournalAway = true;
    const keeper = aKeeper();
    await keeper.look();
    await keeper.look();
    expect(said).toEqual([expect.stringMatching(/disk is full/)]);
    expect(await journal.runs()).toEqual([]);
    world.isJournalAway = false;
    await keeper.look();
    expect((await facts()).map(({ kind }) => kind)).toEqual(['outcome', 'history-exported']);
  });

  test('keeps the others when one run cannot be kept', async () => {
    const { said, aKeeper, facts, journal } = aWorld([aClosed({ run: '../escape', temporalRun: 'bbbbbbbb-1' }), aClosed()], { late: [anEntry('orders-1', 1, anOutcome)] });
    await aKeeper().look();
    expect((await facts()).map(({ kind }) => kind)).toEqual(['outcome', 'history-exported']);
    expect(said).toHaveLength(1);
    expect(await journal.runs()).toEqual(['orders-1']);
  });

  test('gives each execution of a run that went on as another its own file, and no outcome to the first', async () => {
    const first = aClosed({ ending: 'continued', closedAt: '2026-01-01T01:00:00.000Z' });
    const { asked, aKeeper, facts } = aWorld([aClosed({ temporalRun: 'bbbbbbbb-2' }), first], { late: [anEntry('orders-1', 1, anOutcome)] });
    await aKeeper().look();
    expect((await facts()).map((fact) => (fact.kind === 'history-exported' ? fact.name : fact.kind))).toEqual(['orders-1.history.json', 'outcome', 'orders-1.bbbbbb-2.history.json']);
    expect(asked).toEqual(['history aaaaaaaa-1', 'unrecorded bbbbbbbb-2', 'history bbbbbbbb-2']);
  });

  test('does not call a run terminated that was reset and goes on', async () => {
    const { world, aKeeper, facts } = aWorld([aClosed({ ending: 'terminated' })]);
    world.replacedBy = 'bbbbbbbb-2';
    await aKeeper().look();
    expect((await facts()).map(({ kind }) => kind)).toEqual(['history-exported']);
  });

  test('tries a history again that Temporal did not give', async () => {
    const { world, aKeeper, facts, said } = aWorld([aClosed()], { late: [anEntry('orders-1', 1, anOutcome)] });
    world.hasHistory = false;
    const keeper = aKeeper();
    await keeper.look();
    expect((await facts()).map(({ kind }) => kind)).toEqual(['outcome']);
    world.hasHistory = true;
    await keeper.look();
    expect((await facts()).map(({ kind }) => kind)).toEqual(['outcome', 'history-exported']);
    expect(said).toHaveLength(1);
  });
});

describe('A keeper whose worker shuts down', () => {
  const hanging = ['list', 'history', 'unrecorded', 'isReplaced'] as const;

  test.each(hanging)('waits no longer for Temporal, says nothing, and leaves the rest for the next one: %s', async (question) => {
    const { journal, runs, said, facts, aKeeper } = aWorld([aClosed()]);
    const ended = new AbortController();
    let asked = false;
    const stuck = {
      ...runs,
      [question]: () => {
        asked = true;
        queueMicrotask(() => ended.abort());
        return new Promise<never>(() => undefined);
      },
    };
    await new Keeper({ runs: stuck, journal, say: (sentence) => said.push(sentence), signal: ended.signal }).look();
    expect({ asked, said }).toEqual({ asked: true, said: [] });
    await aKeeper().look();
    expect((await facts()).map(({ kind }) => kind)).toContain('history-exported');
  });
});
