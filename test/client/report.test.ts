import { ChangeoverError } from '../../src/domain/errors.js';
import { readRecord, type RunRecord } from '../../src/client/record.js';
import { renderReport } from '../../src/client/report/index.js';
import { createWorld } from '../../src/drivers/memory/world.js';
import type { Entry } from '../../src/domain/record/fact.js';
import { anEntry } from '../harness/record.js';
import { entriesOfARun } from '../harness/told-record.js';

async function recordOf(entries: readonly Entry[]): Promise<RunRecord> {
  const { journal } = createWorld().ports;
  if (journal === null) throw new Error('the world has no journal');
  await journal.append('orders-1', entries);
  return readRecord(journal, 'orders-1');
}

/** A run with everything in it: held after the line, decided by a person, brought home. */
async function eventful(): Promise<RunRecord> {
  return recordOf(
    await entriesOfARun(async (story) => {
      story.world.fault({ call: 'Traffic.ensureReverse', when: 'before', error: new ChangeoverError('RecordChanged', 'A PTR is not ours.') });
      await story.migrate();
      await story.decide('retry', { step: 'reverse-names', reason: 'the PTR was corrected' });
      await story.goOn();
    }),
  );
}

const evil = '<script>alert(1)</script>"\'&<img src=x onerror=alert(1)> | [a](javascript:b) `c` \n# d';

describe('The report of a run', () => {
  test('tells request, timeline, outage, decisions, evidence, plan and digests', async () => {
    const record = await eventful();
    const page = renderReport(record, 'html');
    for (const said of ['orders: east → west', 'ann (verified, library)', 'retry reverse-names', 'the PTR was corrected', 'A PTR is not ours.', 'source Secondary, target Primary', 'vradmin', ' s (predicted: ', '<svg', 'class="outage"', 'orders.example.test. A', record.summary.head.digest, record.ledgerHead.digest]) {
      expect(page).toContain(said);
    }
    const text = renderReport(record, 'markdown');
    for (const said of ['# orders: east → west', 'the PTR was corrected', record.summary.head.digest]) expect(text).toContain(said);
  });

  test('needs nothing from outside and runs nothing', async () => {
    const page = renderReport(await eventful(), 'html');
    expect(page).not.toMatch(/<script|<link|<img|<iframe|\bsrc=|\bhref=|url\(|@import|\bon\w+=/i);
    expect(page).toContain("default-src 'none'");
  });

  test('escapes whatever people and commands wrote', async () => {
    const entries: readonly Entry[] = [
      anEntry('orders-1', 1, { kind: 'decision', decision: { id: evil, kind: 'retry', step: evil, by: evil, verified: false, via: 'temporal', reason: evil, at: evil } }),
      anEntry('orders-1', 2, { kind: 'step', name: evil, title: evil, state: 'failed', attempt: 1, startedAt: '2026-01-01T00:00:00.000Z', endedAt: '2026-01-01T00:00:01.000Z', note: evil }),
      anEntry('orders-1', 3, { kind: 'command', site: evil, command: evil, exitCode: 1, output: evil }),
      anEntry('orders-1', 4, { kind: 'outcome', outcome: 'undone', headline: evil, source: evil, target: evil, writer: null, debts: [evil] }),
    ];
    const record = await recordOf(entries);
    const page = renderReport(record, 'html');
    expect(page).not.toMatch(/<script|<img/);
    expect(page).toContain('&lt;script&gt;alert(1)&lt;/script&gt;&quot;&#39;&amp;');
    const text = renderReport(record, 'markdown');
    expect(text).not.toMatch(/<script|<img|[^\\]\[a\]|^# d/m);
  });

  test('says on top that the record is not as it was written', async () => {
    const record = await eventful();
    const page = renderReport({ ...record, ok: false, findings: [{ fault: 'edited', run: 'orders-1', line: 2, sentence: 'Line 2 was changed.' }] }, 'html');
    expect(page).toMatch(/verdict broken[\s\S]*NOT AS IT WAS WRITTEN[\s\S]*Line 2 was changed\./);
  });

  test('of a run that was refused has no timeline of an outage', async () => {
    const page = renderReport(await recordOf(await entriesOfARun((story) => story.migrate({ target: 'north' }))), 'html');
    expect(page).toContain('no site north');
    expect(page).not.toContain('class="outage"');
  });
});
