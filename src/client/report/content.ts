import type { ChainedEntry } from '../../domain/record/chain.js';
import { isBroken } from '../../domain/record/finding.js';
import { allOf, lastOf, type PastRun } from '../../domain/record/past-run.js';
import type { Fact } from '../../domain/record/fact.js';
import { byOf, rejectedOf, sentenceOf } from '../../domain/record/sentence.js';
import type { RunRecord } from '../record.js';

/** A report before it has a form: what both forms say, in the same words. Plain text everywhere; the form escapes it. */
export interface ReportContent {
  readonly title: string;
  readonly verdict: string;
  readonly facts: readonly (readonly [label: string, value: string])[];
  readonly bars: readonly Bar[];
  readonly moments: readonly Moment[];
  readonly sections: readonly Section[];
}

/** Something that took time. Milliseconds since the epoch. */
export interface Bar {
  readonly label: string;
  readonly kind: 'outage' | 'done' | 'failed' | 'undone' | 'held';
  readonly from: number;
  readonly to: number;
}

export interface Moment {
  readonly label: string;
  readonly at: number;
}

export interface Section {
  readonly heading: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** The whole report of a run, from its record alone. */
export function contentOf(record: RunRecord): ReportContent {
  const { summary, entries, findings, ledgerHead } = record;
  const broken = findings.filter(isBroken);
  return {
    title: `${summary.unit}: ${summary.source ?? '?'} → ${summary.target}`,
    verdict: broken.length === 0 ? 'The record is as it was written.' : `THE RECORD IS NOT AS IT WAS WRITTEN: ${broken.length} ${broken.length === 1 ? 'finding' : 'findings'}, listed below.`,
    facts: [
      ['run', summary.run],
      ['procedure', summary.procedure],
      ['outcome', summary.outcome === null ? 'none is recorded' : `${summary.outcome}: ${summary.headline}`],
      ['asked for by', `${summary.requestedBy} (${summary.verified ? 'verified' : 'unverified'}, ${summary.via})`],
      ['reason', summary.reason],
      ['began', summary.startedAt],
      ['ended', summary.endedAt ?? 'not recorded'],
      ['outage', outageOf(entries, summary)],
      ['plan', lastOf(entries, 'plan')?.digest ?? 'none was made'],
      ['head of the record', `${summary.head.digest} (entry ${summary.head.entries})`],
      ['head of the ledger', `${ledgerHead.digest} (line ${ledgerHead.entries})`],
    ],
    bars: barsOf(entries),
    moments: momentsOf(entries),
    sections: [
      section('What is wrong with the record', ['finding', 'what it means'], broken.map((f) => [f.fault, f.sentence])),
      section('Reasons against it', ['reason'], allOf(entries, 'refusal').flatMap(({ reasons }) => reasons.map((reason) => [reason]))),
      section('Decisions', ['time', 'decision', 'by', 'reason'], decisions(entries)),
      section('Held', ['time', 'step', 'code', 'why', 'choices'], entries.flatMap(({ at, fact }) => (fact.kind === 'held' ? [[at, fact.step, fact.code, fact.error, fact.choices.join(', ')]] : []))),
      section('Steps and what they proved', ['began', 'step', 'ended as', 'attempt', 'seconds', 'evidence'], allOf(entries, 'step').map((s) => [s.startedAt, s.name, s.state, String(s.attempt), s.endedAt === null ? '' : secondsOf(s.startedAt, s.endedAt), s.note ?? ''])),
      section('Role commands', ['time', 'site', 'command', 'exit', 'output'], entries.flatMap(({ at, fact }) => (fact.kind === 'command' ? [[at, fact.site, fact.command, String(fact.exitCode ?? 'unknown'), fact.output]] : []))),
      section('What was read of the sites', ['time', 'site', 'role', 'writable', 'fence', 'workloads'], allOf(entries, 'seen').map((s) => [s.at, s.site, s.role, s.writable, s.fence, s.workloads])),
      section('Plan', ['what', 'value'], planRows(entries)),
      section('Debts', ['owed'], allOf(entries, 'debt').map(({ sentence }) => [sentence])),
      section('Histories exported from Temporal', ['file', 'events', 'SHA-256'], allOf(entries, 'history-exported').map((h) => [h.name, String(h.events), h.digest])),
      section('Every entry', ['', 'time', 'kind', 'what it says', 'written'], entries.map((e) => [String(e.sequence), e.at, e.fact.kind, sentenceOf(e.fact), e.writtenAt])),
    ].filter(({ rows }) => rows.length > 0),
  };
}

function section(heading: string, columns: readonly string[], rows: readonly (readonly string[])[]): Section {
  return { heading, columns, rows };
}

function decisions(entries: readonly ChainedEntry[]): readonly (readonly string[])[] {
  return entries.flatMap(({ at, fact }) => {
    if (fact.kind === 'decision') {
      const { kind, step, by, verified, via, reason, loses } = fact.decision;
      return [[at, `${kind}${step === null ? '' : ` ${step}`}`, `${by} (${verified ? 'verified' : 'unverified'}, ${via})`, `${reason}${loses === undefined ? '' : `; shown to lose ${loses}`}`]];
    }
    if (fact.kind === 'rejected-decision') return [[at, `${rejectedOf(fact)}, not taken`, byOf(fact), fact.reason === undefined ? fact.why : `${fact.reason}; not taken: ${fact.why}`]];
    return fact.kind === 'cancel-requested' ? [[at, 'cancel, by Temporal', '', '']] : [];
  });
}

function planRows(entries: readonly ChainedEntry[]): readonly (readonly string[])[] {
  const plan = lastOf(entries, 'plan')?.plan;
  if (plan === undefined) return [];
  return [
    ['application', `namespace ${plan.application.namespace}, labels ${plan.application.labels.join(' or ') || 'none: the whole namespace'}`],
    ['epoch', String(plan.epoch)],
    ...plan.members.map((site) => [`cluster of ${site}`, plan.clusterUids[site] ?? '?']),
    ...plan.volumes.map((v) => [`volume ${v.claim}`, `${v.capacity}, ${v.volume}`]),
    ...(plan.names?.zones ?? []).flatMap(({ records }) => records.map((r) => [`${r.name} ${r.type}`, `${r.before.join(' ') || 'absent'} → ${r.after.join(' ') || 'removed'}`])),
  ];
}

const kindOfState: Readonly<Record<Extract<Fact, { kind: 'step' }>['state'], Bar['kind']>> = { running: 'done', done: 'done', failed: 'failed', skipped: 'failed', undoing: 'undone', undone: 'undone', 'undo-failed': 'failed' };

/** What it was, beside what was predicted of it; a way back has an outage of its own. */
function outageOf(entries: readonly ChainedEntry[], { outageSeconds }: PastRun): string {
  if (outageSeconds === null) return 'none';
  const predicted = allOf(entries, 'outage-begun').flatMap(({ predictedMs }) => (predictedMs === undefined ? [] : [`${predictedMs / 1000} s`]));
  return `${outageSeconds} s${predicted.length === 0 ? '' : ` (predicted: ${predicted.join(', then ')})`}`;
}

function barsOf(entries: readonly ChainedEntry[]): readonly Bar[] {
  const steps = allOf(entries, 'step').flatMap((s): readonly Bar[] => (s.endedAt === null ? [] : [{ label: s.name, kind: kindOfState[s.state], from: Date.parse(s.startedAt), to: Date.parse(s.endedAt) }]));
  const outages = allOf(entries, 'outage-ended').map(({ endedAt, seconds }): Bar => ({ label: `outage, ${seconds} s`, kind: 'outage', from: Date.parse(endedAt) - 1000 * seconds, to: Date.parse(endedAt) }));
  const holds = entries.flatMap(({ at, fact }, i): readonly Bar[] => {
    if (fact.kind !== 'held') return [];
    const end = entries.slice(i + 1).find((later) => later.fact.kind === 'released')?.at ?? entries.at(-1)?.at ?? at;
    return [{ label: `${fact.step} held`, kind: 'held', from: Date.parse(at), to: Date.parse(end) }];
  });
  return [...outages, ...[...steps, ...holds].toSorted((a, b) => a.from - b.from)];
}

function momentsOf(entries: readonly ChainedEntry[]): readonly Moment[] {
  return entries.flatMap(({ at, fact }): readonly Moment[] => {
    if (fact.kind === 'line' && fact.line === 'after') return [{ label: 'the line', at: Date.parse(at) }];
    return fact.kind === 'decision' ? [{ label: `${fact.decision.kind} by ${fact.decision.by}`, at: Date.parse(at) }] : [];
  });
}

function secondsOf(from: string, to: string): string {
  return ((Date.parse(to) - Date.parse(from)) / 1000).toFixed(2);
}
