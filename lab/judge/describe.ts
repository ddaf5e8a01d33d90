import type { Verdict } from './verdict.js';

/** The verdict for a person. */
export function describeVerdict({ ok, reasons, findings }: Verdict): string {
  const head = ok ? 'PASSED' : `FAILED\n${reasons.map((reason) => `  ${reason}`).join('\n')}`;
  if (findings === null) return head;
  const { primary, writesAcknowledged, writesLost, duplicates, orderViolations, writersAtOnce } = findings;
  const lines = [
    `Primary at the end: ${primary}`,
    `writes acknowledged ${writesAcknowledged}, lost ${writesLost}, duplicates ${duplicates}, order violations ${orderViolations}`,
    `sites writable at once, at most: ${writersAtOnce}`,
    ...Object.entries(findings.outages).map(([habit, { longest, gaps }]) => {
      const end = longest.openEnded ? ' (to the end of the record)' : '';
      return `outage for "${habit}": ${longest.seconds.toFixed(3)} s${end}; gaps above 0.25 s: ${gaps.length}`;
    }),
    ...findings.sitesThatAcknowledged.map(
      ({ site, from, to, count }) =>
        `${site} acknowledged ${count} from ${new Date(from).toISOString()} to ${new Date(to).toISOString()}`,
    ),
    ...Object.entries(findings.others).map(
      ([site, other]) => `ledger of ${site}: ${other.entries} entries, ${other.onlyHere} only there, ${other.missingHere} missing there`,
    ),
    ...findings.lostExamples.map(({ client, seq, id, why }) => `lost: ${client}/${seq} ${id}: ${why}`),
    ...findings.duplicateExamples.map((example) => `twice: ${example}`),
    ...findings.orderViolationExamples.map((example) => `order: ${example}`),
    ...findings.acknowledgedUnwritableExamples.map((example) => `not writable: ${example}`),
  ];
  return [head, ...lines].join('\n');
}
