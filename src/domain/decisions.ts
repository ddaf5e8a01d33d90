import { whyNotApproved, whyNotAttested } from './vouched.js';
import { whyNotSoLong } from './patience.js';
import { decisionKinds, type Decision, type DecisionKind, type RejectedDecision, type Status } from './status.js';

/** Decisions that may be taken at any time. */
export const alwaysPossible: readonly DecisionKind[] = ['pause', 'cancel', 'ack'];

/** Ways that look who somebody is before they send a decision, or are programs that answer for it themselves. */
const vouching = ['api', 'controller', 'library'] as const;
const ways: readonly Decision['via'][] = [...vouching, 'cli', 'temporal'];

/** Longest text of each field, in characters, whichever way a decision comes: what is sent stays in Temporal's history and in the record. */
export const LONGEST = { id: 128, by: 256, step: 64, reason: 1_024, statement: 64, run: 128, digest: 64 } as const;

/** Longest deadline that a person may give one attempt, seconds. */
export const MOST_SECONDS = 3_600;

/**
 * A decision in the form in which every client of Temporal may send it, `temporal workflow update execute` included: `{kind, by, reason}` is enough; `decision`
 * is read as `kind`, as the annotation has it. Without `via` it came by Temporal alone. Nothing in here proves who sent it: a run cannot know more than
 * what it is told, so `verified` is believed of the ways that look, and of no other. `fallbackId`: the decision's id where it brings none.
 */
export function readDecision(raw: unknown, fallbackId: string): { readonly decision: Decision } | { readonly problem: string } {
  if (typeof raw !== 'object' || raw === null || Array.isArray(raw)) return { problem: 'A decision is an object, as {"kind":"approve","by":"NAME","reason":"…"}.' };
  const fields = raw as Readonly<Record<string, unknown>>;
  const wrong = Object.keys(LONGEST).find((name) => !['string', 'undefined'].includes(typeof (fields[name] ?? undefined)));
  if (wrong !== undefined) return { problem: `"${wrong}" of a decision is a text.` };
  const text = (name: keyof typeof LONGEST): string | null => (typeof fields[name] === 'string' && fields[name].trim() !== '' ? fields[name] : null);
  const named = fields['kind'] ?? fields['decision'];
  const kind = decisionKinds.find((known) => known === named);
  if (kind === undefined) return { problem: `There is no such decision${typeof named === 'string' ? `: ${named.slice(0, 40)}` : ''}. There are: ${decisionKinds.join(', ')}.` };
  const [by, reason] = [text('by'), text('reason')];
  if (by === null) return { problem: 'A decision needs the name of who decides.' };
  if (reason === null) return { problem: 'A decision needs a reason.' };
  const tooLong = Object.entries(LONGEST).find(([name, most]) => (text(name as keyof typeof LONGEST) ?? '').length > most);
  if (tooLong !== undefined) return { problem: `"${tooLong[0]}" of a decision may have ${tooLong[1]} characters.` };
  const extra = readExtra(fields, { run: text('run'), digest: text('digest') });
  if (typeof extra === 'string') return { problem: extra };
  const via = ways.find((way) => way === fields['via']) ?? 'temporal';
  const verified = fields['verified'] === true && vouching.some((way) => way === via);
  return { decision: { id: text('id') ?? fallbackId, kind, step: text('step'), by, verified, via, reason, statement: text('statement'), ...extra } };
}

/** What only some decisions bring, or a sentence. Numbers may come as text: an annotation holds nothing else. */
function readExtra(fields: Readonly<Record<string, unknown>>, { run, digest }: { run: string | null; digest: string | null }): Pick<Decision, 'run' | 'digest' | 'seconds' | 'force'> | string {
  const asked = fields['seconds'] ?? null;
  const seconds = asked === null ? null : Number(asked);
  if (seconds !== null && !(Number.isInteger(seconds) && seconds >= 1 && seconds <= MOST_SECONDS)) return `"seconds" of a decision is a whole number from 1 to ${MOST_SECONDS}.`;
  const force = fields['force'] ?? false;
  if (![true, false, 'true', 'false'].includes(force as string | boolean)) return '"force" of a decision is true or false.';
  return { ...(run === null ? {} : { run }), ...(digest === null ? {} : { digest }), ...(seconds === null ? {} : { seconds }), ...(force === true || force === 'true' ? { force: true } : {}) };
}

/** Why a decision cannot be taken now, one sentence that tells the person what can; null: it can. `nowMs`: what is left of an outage is counted from there. */
export function whyNot(decision: Decision, status: Status, nowMs: number): string | null {
  if (decision.run !== undefined && decision.run !== status.run) return `The decision is for run ${decision.run}; this is run ${status.run}. See changeover status ${status.unit}.`;
  if (status.endedAt !== null) return `Run ${status.run} is over (${status.phase}).`;
  const possible: readonly string[] = [...(status.held?.choices ?? []), ...(status.waiting?.choices ?? []), ...(status.otherWay === null ? [] : [status.otherWay])].map((c) => c.choice);
  if (!alwaysPossible.includes(decision.kind) && !possible.includes(decision.kind)) {
    return `${decision.kind} is not possible now (${status.phase}). Possible: ${[...new Set([...possible, ...alwaysPossible])].join(', ')}.`;
  }
  if (status.held !== null && decision.step !== null && decision.step !== status.held.step && possible.includes(decision.kind)) {
    return `${decision.step} is not held; ${status.held.step} is.`;
  }
  return whyNotSoLong(decision, status, nowMs) ?? whyNotApproved(decision, status) ?? whyNotAttested(decision, status);
}

/** Most characters of what was sent that are shown again. */
const SHOWN = 80;

/** A decision that could not be taken, as far as it can be read. */
export function rejectionOf(raw: unknown, { problem, at }: { problem: string; at: string }): RejectedDecision {
  const fields = (typeof raw === 'object' && raw !== null ? raw : {}) as Readonly<Record<string, unknown>>;
  const shown = (value: unknown): string => (typeof value === 'string' && value.trim() !== '' ? value.slice(0, SHOWN) : '?');
  return { kind: shown(fields['kind'] ?? fields['decision']), by: shown(fields['by']), problem, at };
}
