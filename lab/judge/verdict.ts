import type { JudgeArguments } from './arguments.js';
import type { ClientRecord } from './client-record.js';
import { finalLedger, readEvidence } from './evidence.js';
import { find } from './findings.js';
import type { Findings } from './findings.js';

export interface Verdict {
  readonly ok: boolean;
  /** Why it is not ok, all reasons together. */
  readonly reasons: readonly string[];
  /** Null when something could not be read: then nothing is said at all. */
  readonly findings: Findings | null;
}

/** A client that finds its way again must have done so before the record ends; a longer silence is an unfinished outage. */
const longestFinalSilence = 2;
/** The habit that never asks again and is not expected to find a service that moved. */
const neverAsksAgain = 'once';

function reasonsOf(findings: Findings, record: ClientRecord): string[] {
  const { writesLost, duplicates: twice, orderViolations: disorder, acknowledgedUnwritable: unwritable } = findings;
  const reasons: string[] = [];
  if (writesLost > 0) reasons.push(`${writesLost} acknowledged writes are lost`);
  if (twice > 0) reasons.push(`${twice} duplicates`);
  if (disorder > 0) reasons.push(`${disorder} violations of the order`);
  if (findings.writersAtOnce > 1) reasons.push(`${findings.writersAtOnce} sites could be written at once`);
  if (unwritable > 0) reasons.push(`${unwritable} writes were acknowledged by a site that could not be written`);
  reasons.push(...findings.namesAhead);
  for (const habit of record.habits) {
    const longest = findings.outages[habit];
    if (longest === undefined) reasons.push(`the habit ${habit} was never acknowledged`);
    const silence = longest?.gaps.find(({ openEnded }) => openEnded)?.seconds ?? 0;
    if (habit !== neverAsksAgain && silence > longestFinalSilence) {
      reasons.push(`the habit ${habit} was not acknowledged in the last ${silence} s of the record`);
    }
  }
  return reasons;
}

/** Judges one run from what is left of it. Never throws for bad input: that is a verdict too. */
export function judge(given: JudgeArguments): Verdict {
  const evidence = readEvidence(given);
  if ('faults' in evidence) return { ok: false, reasons: evidence.faults, findings: null };
  const ledger = finalLedger(evidence, given.primary);
  if (typeof ledger === 'string') return { ok: false, reasons: [ledger], findings: null };
  const findings = find(evidence, ledger, given.addresses);
  const reasons = reasonsOf(findings, evidence.record);
  return { ok: reasons.length === 0, reasons, findings };
}
