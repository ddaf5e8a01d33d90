import { attestation, decisionKinds, type Decision, type DecisionKind, type RejectedDecision, type Status } from './status.js';

/** Decisions that may be taken at any time. */
export const alwaysPossible: readonly DecisionKind[] = ['pause', 'cancel', 'ack'];

/** Ways that look who somebody is before they send a decision, or are programs that answer for it themselves. */
const vouching = ['api', 'controller', 'library'] as const;
const ways: readonly Decision['via'][] = [...vouching, 'cli', 'temporal'];

/** Longest text of each field, in characters: what is sent stays in Temporal's history and in the record. */
const longest = { id: 128, by: 256, step: 64, reason: 1_024, statement: 64 } as const;

/**
 * A decision as any client of Temporal may send it, `temporal workflow update execute` included: `{kind, by, reason}` is enough; `decision`
 * is read as `kind`, as the annotation has it. Without `via` it came by Temporal alone. Nothing in here proves who sent it: a run cannot know more than
 * what it is told, so `verified` is believed of the ways that look, and of no other. `fallbackId`: the decision's id where it brings none.
 */
export function readDecision(raw: unknown, fallbackId: string): { readonly decision: Decision } | { readonly problem: string } {
  if (typeof raw !== 'object' || raw === null || Array.isArray(raw)) return { problem: 'A decision is an object, as {"kind":"approve","by":"NAME","reason":"…"}.' };
  const fields = raw as Readonly<Record<string, unknown>>;
  const wrong = Object.keys(longest).find((name) => !['string', 'undefined'].includes(typeof (fields[name] ?? undefined)));
  if (wrong !== undefined) return { problem: `"${wrong}" of a decision is a text.` };
  const text = (name: keyof typeof longest): string | null => (typeof fields[name] === 'string' && fields[name].trim() !== '' ? fields[name] : null);
  const named = fields['kind'] ?? fields['decision'];
  const kind = decisionKinds.find((known) => known === named);
  if (kind === undefined) return { problem: `There is no such decision${typeof named === 'string' ? `: ${named.slice(0, 40)}` : ''}. There are: ${decisionKinds.join(', ')}.` };
  const [by, reason] = [text('by'), text('reason')];
  if (by === null) return { problem: 'A decision needs the name of who decides.' };
  if (reason === null) return { problem: 'A decision needs a reason.' };
  const tooLong = Object.entries(longest).find(([name, most]) => (text(name as keyof typeof longest) ?? '').length > most);
  if (tooLong !== undefined) return { problem: `"${tooLong[0]}" of a decision may have ${tooLong[1]} characters.` };
  const via = ways.find((way) => way === fields['via']) ?? 'temporal';
  const verified = fields['verified'] === true && vouching.some((way) => way === via);
  return { decision: { id: text('id') ?? fallbackId, kind, step: text('step'), by, verified, via, reason, statement: text('statement') } };
}

/** Why a decision cannot be taken now, one sentence that tells the person what can; null: it can. */
export function whyNot(decision: Decision, status: Status): string | null {
  if (status.endedAt !== null) return `Run ${status.run} is over (${status.phase}).`;
  const possible: readonly string[] = [...(status.held?.choices ?? []), ...(status.waiting?.choices ?? []), ...(status.otherWay === null ? [] : [status.otherWay])].map((c) => c.choice);
  if (!alwaysPossible.includes(decision.kind) && !possible.includes(decision.kind)) {
    return `${decision.kind} is not possible now (${status.phase}). Possible: ${[...new Set([...possible, ...alwaysPossible])].join(', ')}.`;
  }
  if (decision.kind === 'pause' && (status.outage !== null || status.phase === 'undoing')) {
    return `A run pauses between two steps before the outage, not ${status.phase === 'undoing' ? 'while it undoes' : 'inside the outage or after it'}.`;
  }
  if (status.held !== null && decision.step !== null && decision.step !== status.held.step && possible.includes(decision.kind)) {
    return `${decision.step} is not held; ${status.held.step} is.`;
  }
  return whyNotBy(decision, status) ?? whyNotAttested(decision, status);
}

/** A yes needs a name that somebody vouches for. A no only stops what has not begun, so the name is enough for it. */
function whyNotBy({ kind, by, verified }: Decision, { unit, waiting }: Status): string | null {
  const approvers = waiting?.by ?? null;
  if (approvers === null || (kind !== 'approve' && kind !== 'reject')) return null;
  if (!approvers.includes(by)) return `${by} is not one of the approvers (${approvers.join(', ')}).`;
  if (kind === 'reject' || verified) return null;
  return `Nobody vouches that this is ${by}, and this approval needs that. Approve with: changeover approve ${unit} --by-annotation --reason "…" (under the admission policy), or through the API.`;
}

function whyNotAttested({ kind, statement }: Decision, { source, target }: Status): string | null {
  const site = kind === 'attest-source-off' ? source : kind === 'attest-target-off' ? target : null;
  return site === null || statement === attestation(site) ? null : `Type exactly: ${attestation(site)}`;
}

/** Most characters of what was sent that are shown again. */
const SHOWN = 80;

/** A decision that could not be taken, as far as it can be read. */
export function rejectionOf(raw: unknown, { problem, at }: { problem: string; at: string }): RejectedDecision {
  const fields = (typeof raw === 'object' && raw !== null ? raw : {}) as Readonly<Record<string, unknown>>;
  const shown = (value: unknown): string => (typeof value === 'string' && value.trim() !== '' ? value.slice(0, SHOWN) : '?');
  return { kind: shown(fields['kind'] ?? fields['decision']), by: shown(fields['by']), problem, at };
}
