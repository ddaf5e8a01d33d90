import { createHash } from 'node:crypto';
import { ChangeoverError } from '../domain/errors.js';
import type { ChainedEntry, Head } from '../domain/record/chain.js';
import { isBroken, type Finding } from '../domain/record/finding.js';
import { allOf, pastRunOf, type PastRun } from '../domain/record/past-run.js';
import { judgeRecord, type JudgedRecord, type RunText } from '../domain/record/verify.js';
import type { Journal } from '../ports/journal.js';

/** The record of one run, verified. */
export interface RunRecord {
  readonly summary: PastRun;
  readonly entries: readonly ChainedEntry[];
  /** What is wrong with it, or with the ledger; empty, or notices only, when it is as it was written. */
  readonly findings: readonly Finding[];
  readonly ok: boolean;
  /** End of the ledger over all runs: kept outside, it anchors everything up to here. */
  readonly ledgerHead: Head;
}

export interface Verdict {
  /** False: something was changed, moved or removed. Notices do not count. */
  readonly ok: boolean;
  readonly findings: readonly Finding[];
  readonly head: Head;
  readonly runs: readonly { readonly run: string; readonly head: Head }[];
}

const hash = (content: string | Uint8Array): string => createHash('sha256').update(content).digest('hex');

/** Past runs and those under way, newest first, as their records say. A record that cannot be read is left out here; `verifyRecord` names it. */
export async function listPastRuns(journal: Journal, { unit, limit }: { unit?: string; limit: number }): Promise<readonly PastRun[]> {
  const past: PastRun[] = [];
  for (const run of (await journal.runs()).toReversed()) {
    if (past.length >= limit) break;
    const text = await journal.read(run);
    const judged = text === null ? undefined : judge({ ledger: { lines: [], torn: null }, runs: [text] }).runs[0];
    if (judged === undefined || judged.entries.length === 0) continue;
    const summary = pastRunOf(run, judged.entries, judged.head);
    if (unit === undefined || summary.unit === unit) past.push(summary);
  }
  return past.toSorted((a, b) => (a.startedAt < b.startedAt ? 1 : a.startedAt > b.startedAt ? -1 : 0));
}

/** Everything that is recorded of a run. Throws `NotFound`. */
export async function readRecord(journal: Journal, run: string): Promise<RunRecord> {
  const text = await journal.read(run);
  if (text === null) throw new ChangeoverError('NotFound', `There is no record of ${run}. See: changeover history`);
  const { findings, runs, head } = await judgedNow(journal, { run });
  const judged = runs[0];
  if (judged === undefined) throw new ChangeoverError('NotFound', `The record of ${run} is gone.`);
  return { summary: pastRunOf(run, judged.entries, judged.head), entries: judged.entries, findings, ok: !findings.some(isBroken), ledgerHead: head };
}

/**
 * Whether the record is as it was written: of one run, or of all. `head`: a digest that was kept outside and must be found.
 * Without one, nobody can see that ledger and runs were cut back together to an earlier moment.
 */
export async function verifyRecord(journal: Journal, { run, head }: { run?: string; head?: string } = {}): Promise<Verdict> {
  const judged = await judgedNow(journal, { ...(run === undefined ? {} : { run }), ...(head === undefined ? {} : { head }) });
  return { ok: !judged.findings.some(isBroken), findings: judged.findings, head: judged.head, runs: judged.runs.map((one) => ({ run: one.run, head: one.head })) };
}

/** A journal that is written meanwhile is read again: record and ledger must be of one moment. */
const READINGS = 5;

async function judgedNow(journal: Journal, { run, head }: { run?: string; head?: string }): Promise<JudgedRecord> {
  for (let reading = 1; ; reading += 1) {
    const before = await journal.ledger();
    const wanted = run === undefined ? await journal.runs() : [run];
    const runs: RunText[] = [];
    for (const one of wanted) {
      const text = await journal.read(one);
      if (text !== null) runs.push(text);
    }
    const after = await journal.ledger();
    const still = before.lines.length === after.lines.length;
    const judged = judge({ ledger: after, runs }, { run, head });
    if ((!still || judged.findings.some(isBroken)) && reading < READINGS) continue;
    return { ...judged, findings: [...judged.findings, ...(await attachmentFindings(journal, judged))] };
  }
}

function judge(text: Parameters<typeof judgeRecord>[0], { run, head }: { run?: string | undefined; head?: string | undefined } = {}): JudgedRecord {
  return judgeRecord(text, { hash, ...(run === undefined ? {} : { only: run }), ...(head === undefined ? {} : { anchor: head }) });
}

async function attachmentFindings(journal: Journal, { runs }: JudgedRecord): Promise<readonly Finding[]> {
  const findings: Finding[] = [];
  for (const { run, entries } of runs) {
    for (const { name, digest } of allOf(entries, 'history-exported')) {
      const bytes = await journal.attachments.read(name);
      if (bytes === null) findings.push({ fault: 'attachment-missing', run, line: null, sentence: `${name} is missing; the record of ${run} has its digest.` });
      else if (hash(bytes) !== digest) findings.push({ fault: 'attachment-changed', run, line: null, sentence: `${name} is not what was exported: it does not have the digest in the record of ${run}.` });
    }
  }
  return findings;
}
