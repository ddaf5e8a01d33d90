import { attestation, promotionOf, type Choice, type Decision, type DecisionKind, type HeldChoice, type Status } from './status.js';

/** Decisions for which it matters who says so: why this person cannot, one sentence; null: they can. */

/** A yes needs a name that somebody vouches for. A no only stops what has not begun, so the name is enough for it. */
export function whyNotApproved({ kind, by, verified, digest }: Decision, { unit, waiting, requestedBy }: Status): string | null {
  const approvers = waiting?.by ?? null;
  if (waiting === null || (kind !== 'approve' && kind !== 'reject')) return null;
  if (approvers !== null && !approvers.includes(by)) return `${by} is not one of the approvers (${approvers.join(', ')}).`;
  if (kind === 'reject') return null;
  if (digest !== undefined && digest !== waiting.digest) return `The approval is for ${digest}; what waits is ${waiting.digest ?? 'not an approval'}. See changeover status ${unit}.`;
  if (approvers === null) return null;
  const several = (waiting.approvals ?? 1) > 1;
  if (several && by === requestedBy) return `${by} asked for this run, and it needs ${waiting.approvals} others.`;
  if (waiting.approvedBy?.includes(by) === true) return `${by} has approved already; somebody else must.`;
  return verified ? null : nobodyVouches(by, `changeover approve ${unit}`, 'approval');
}

/** What has to be typed word by word for such a decision, and the command it is typed into; null: nothing. */
export function typedFor(kind: DecisionKind | Choice, { unit, source, target }: Pick<Status, 'unit' | 'source' | 'target'>): { readonly statement: string; readonly command: string } | null {
  if (source === null) return null;
  const typed = (verb: 'attest' | 'promote', site: string, statement: string) => ({ statement, command: `changeover ${verb} ${unit} ${site} --statement "${statement}"` });
  if (kind === 'attest-source-off') return typed('attest', source, attestation(source));
  if (kind === 'attest-target-off') return typed('attest', target, attestation(target));
  if (kind === 'promote-source') return typed('promote', source, promotionOf(target));
  return kind === 'promote-target' ? typed('promote', target, promotionOf(source)) : null;
}

/** Decisions that two people must take where the run asks for two. */
export function needsTwo(kind: Choice): boolean {
  return kind.startsWith('attest-') || kind.startsWith('promote-');
}

export function whyNotAttested({ kind, by, verified, statement }: Decision, status: Status): string | null {
  const typed = typedFor(kind, status);
  if (typed === null) return null;
  if (statement !== typed.statement) return `Type exactly: ${typed.statement}`;
  const others = status.held?.choices.find((choice: HeldChoice) => choice.choice === kind)?.attestedBy;
  // Where two people are needed, one who types two names must not be both of them.
  if (others === undefined) return null;
  if (others.includes(by)) return `${by} has attested already; somebody else must.`;
  return verified ? null : nobodyVouches(by, typed.command, kind.startsWith('promote-') ? 'promotion' : 'attestation');
}

function nobodyVouches(by: string, command: string, what: string): string {
  return `Nobody vouches that this is ${by}, and this ${what} needs that. Give it with: ${command} --by-annotation --reason "…" (under the admission policy), or through the API.`;
}
