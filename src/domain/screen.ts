import { sentenceOf } from './checks/judge.js';
import { choiceLines, seconds } from './choice-lines.js';
import { predictedRest } from './prediction.js';
import type { SiteStatus, Status, StepStatus } from './status.js';
import { isUnseen } from './unseen.js';

/**
 * The screen at three in the morning, as text: is the service down and since when, what is known of each site and how old it is,
 * which side of the line, what happens if nobody does anything, each choice with its effect, the last command.
 * The same sentences stand in the terminal, in the Temporal UI (as Markdown) and in the plan's condition.
 */
export interface Screen {
  readonly title: string;
  readonly service: string;
  readonly line: string;
  readonly next: string;
  readonly sites: readonly string[];
  readonly names: readonly string[];
  readonly byHand: readonly string[];
  readonly steps: readonly string[];
  readonly choices: readonly string[];
  readonly facts: readonly string[];
}

/** `ages` false: only times, for a text that is read later than it is made. */
export function screenOf(status: Status, nowMs: number, ages = true): Screen {
  return {
    title: `${status.unit}: ${status.source ?? '?'} → ${status.target} · ${status.phase} · ${status.headline}`,
    service: serviceLine(status, nowMs, ages),
    line: lineSentence(status),
    next: nextSentence(status),
    sites: status.sites.map((s) => siteLine(s, ages ? nowMs : Date.parse(s.at))),
    names: status.names,
    byHand: status.endedAt === null ? status.byHand : [],
    steps: status.steps.map((s) => stepLine(s)),
    choices: choiceLines(status, nowMs),
    facts: factLines(status),
  };
}

/** For the Temporal UI: Markdown, within 20,000 bytes. */
export function details(status: Status, nowMs: number): string {
  const screen = screenOf(status, nowMs, false);
  const list = (heading: string, lines: readonly string[]) => (lines.length === 0 ? [] : ['', `**${heading}**`, ...lines.map((l) => `- ${l}`)]);
  return [
    `### ${screen.title}`,
    screen.service,
    '',
    screen.line,
    ...(screen.next === '' ? [] : ['', screen.next]),
    ...list('You can', screen.choices),
    ...list('Sites', screen.sites),
    ...list('Name servers', screen.names),
    ...list('See it by hand', screen.byHand),
    ...list('Steps', screen.steps),
    ...list('Facts', screen.facts),
  ]
    .join('\n')
    .slice(0, 18_000);
}

function serviceLine(status: Status, nowMs: number, ages: boolean): string {
  const { outage } = status;
  const writer = status.writer === null ? 'no site can write' : status.writer === 'unknown' ? 'it is not known which site can write' : `${status.writer} can write`;
  if (isUnseen(status)) return 'It is not known whether the application serves, nor which site can write.';
  // Without a source nothing is known of the application, only that this run did not touch it.
  if (outage === null) return `${status.source === null ? 'Nothing was changed' : 'The application serves'}; ${writer}.${expected(status)}`;
  if (outage.endedAt !== null) return `${status.writer === null || status.writer === 'unknown' ? '' : `The application runs on ${status.writer}. `}The outage lasted ${seconds(Date.parse(outage.endedAt) - Date.parse(outage.startedAt))} (from ${clock(outage.startedAt)} to ${clock(outage.endedAt)}${status.prediction === null ? '' : `, predicted ${seconds(status.prediction.totalMs)}`}); ${writer}.`;
  const age = ages && nowMs > Date.parse(outage.startedAt) ? ` (${seconds(nowMs - Date.parse(outage.startedAt))})` : '';
  return `THE SERVICE IS DOWN since ${clock(outage.startedAt)}${age}; budget ${seconds(outage.budgetMs)}; ${writer}.${rest(status, nowMs, ages)}`;
}

/** Before the outage: how long it will be. */
function expected({ prediction, endedAt }: Status): string {
  return prediction === null || endedAt !== null ? '' : ` Predicted outage: ${seconds(prediction.totalMs)}.`;
}

/** Inside it: how much of it is left, were nobody to stand in its way. */
function rest(status: Status, nowMs: number, ages: boolean): string {
  const ms = predictedRest(status, nowMs);
  if (ms === null) return '';
  if (status.held !== null) return ` Predicted rest: ${seconds(ms)} from your decision on.`;
  return ` Predicted to serve again at ${clock(new Date(nowMs + ms).toISOString())}${ages ? ` (rest ${seconds(ms)})` : ''}.`;
}

const undos: ReadonlySet<string> = new Set(['undoing', 'undone', 'undo-failed']);

function lineSentence(status: Status): string {
  if (isUnseen(status)) return 'On which side of the line the run is, the roles will tell; they are not read yet.';
  if (status.line === 'before' && status.endedAt === null && status.procedure === 'turn-back') return 'Before the line of the way back: it can be given up by go-forward.';
  if (status.line === 'before' && status.endedAt === null) return status.steps.some(({ state }) => undos.has(state)) ? 'Before the line: the run is being undone.' : 'Before the line: the run can be undone.';
  if (status.line === 'before') return 'The line was not crossed.';
  if (status.line === 'crossing') return status.held === null ? 'On the line: the role swap is under way; its outcome is read on both sites.' : 'On the line: what became of the role swap is not clear, and nothing is started anywhere until it is.';
  return 'After the line: the run is only carried on, never undone.';
}

function nextSentence(status: Status): string {
  if (status.held !== null) return `HELD at ${status.held.step} since ${clock(status.held.since)}: ${ended(status.held.error)} ${status.held.advice}${status.held.also === undefined ? '' : ` Also: ${status.held.also.join('; ')}.`} If you do nothing, it stays held.`;
  if (status.waiting !== null) return `Waiting for ${status.waiting.for}${status.waiting.until === null ? '' : `; at ${clock(status.waiting.until)} the run ${status.waiting.resumes === true ? 'goes on by itself' : 'undoes itself'}`}.`;
  if (status.outage?.deadline != null && status.endedAt === null) return `If the line is not reached by ${clock(status.outage.deadline)}, the run undoes itself.`;
  return '';
}

function siteLine(site: SiteStatus, nowMs: number): string {
  const age = nowMs - Date.parse(site.at);
  return `${site.site}: ${site.role}, writable ${site.writable}, fence ${site.fence}, workloads ${site.workloads} (read ${clock(site.at)}${age > 1000 ? `, ${seconds(age)} ago` : ''})`;
}

const marks: Readonly<Record<StepStatus['state'], string>> = { running: '…', done: '✓', failed: '✗', skipped: '–', undoing: '↩…', undone: '↩', 'undo-failed': '↩✗' };

function stepLine(step: StepStatus): string {
  const took = step.endedAt === null ? '' : ` ${seconds(Date.parse(step.endedAt) - Date.parse(step.startedAt))}`;
  return `${marks[step.state]} ${step.name}${took}${step.attempt > 1 ? ` (attempt ${step.attempt})` : ''}${step.note === null ? '' : `: ${step.note}`}`;
}

function factLines(status: Status): readonly string[] {
  const { lastCommand } = status;
  return [
    `run ${status.run}, asked for by ${status.requestedBy}: ${status.reason}`,
    ...(status.planDigest === null ? [] : [`plan ${status.planDigest.slice(0, 12)}`]),
    ...(lastCommand === null ? [] : [`last command on ${lastCommand.site}: ${lastCommand.command}; exit ${lastCommand.exitCode ?? 'unknown'}${lastCommand.output === '' ? '' : `; ${lastCommand.output}`}`]),
    ...(status.acknowledgedBy === null ? [] : [`taken by ${status.acknowledgedBy}`]),
    ...(status.cancelRequested ? ['a cancel was asked for'] : []),
    ...(status.unrecorded === null ? [] : [`${status.unrecorded.entries} entries of the record are not in the journal yet: ${status.unrecorded.why}`]),
    ...status.debts.map((d) => `debt: ${d}`),
    ...findingLines(status),
    ...status.decisions.map((d) => `${clock(d.at)} ${d.by} (${d.verified ? 'verified' : 'unverified'}, ${d.via}): ${d.kind}${d.step === null ? '' : ` ${d.step}`}${d.digest === undefined ? '' : ` of ${d.digest}`}${d.seconds === undefined ? '' : ` for ${d.seconds} s`}, ${d.reason}`),
    ...(status.rejections ?? []).map((r) => `${clock(r.at)} not taken: ${r.kind} by ${r.by} (unverified, temporal). ${r.problem}`),
  ];
}

/** What the checks found, each with its name; a refusal that no check made (a site that did not answer) stands by itself. */
function findingLines({ findings = [], refusals }: Status): readonly string[] {
  const told = new Set(findings.map(sentenceOf));
  return [
    ...findings.map((finding) => {
      const { check, severity, site, readAt, overridden } = finding;
      const kind = overridden !== null ? `overridden by ${overridden.by} (${overridden.reason})` : severity === 'warn' ? 'warning' : 'reason';
      return `${kind}: ${sentenceOf(finding)} [${check}; read ${site === null ? '' : `at ${site} `}${clock(readAt)}]`;
    }),
    ...refusals.filter((reason) => !told.has(reason)).map((reason) => `reason: ${reason}`),
  ];
}

/** As a sentence: what a server said has no full stop. */
function ended(text: string): string {
  return /[.!?]$/.test(text) ? text : `${text}.`;
}

/** UTC, to the second; the terminal adds local time. */
function clock(iso: string): string {
  return `${iso.slice(11, 19)}Z`;
}
