import { attestation, type Decision, type HeldChoice, type Status } from './status.js';

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

export function whyNotAttested({ kind, by, verified, statement }: Decision, { unit, source, target, held }: Status): string | null {
  const site = kind === 'attest-source-off' ? source : kind === 'attest-target-off' ? target : null;
  if (site === null) return null;
  if (statement !== attestation(site)) return `Type exactly: ${attestation(site)}`;
  const others = held?.choices.find((choice: HeldChoice) => choice.choice === kind)?.attestedBy;
  // Where two people are needed, one who types two names must not be both of them.
  if (others === undefined) return null;
  if (others.includes(by)) return `${by} has attested already; somebody else must.`;
  return verified ? null : nobodyVouches(by, `changeover attest ${unit} ${site} --statement "${attestation(site)}"`, 'attestation');
}

function nobodyVouches(by: string, command: string, what: string): string {
  return `Nobody vouches that this is ${by}, and this ${what} needs that. Give it with: ${command} --by-annotation --reason "…" (under the admission policy), or through the API.`;
}
