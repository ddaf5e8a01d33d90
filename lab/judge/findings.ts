import type { Evidence } from './evidence.js';
import { duplicates, lostWrites, orderViolations, tableViolations } from './integrity.js';
import type { LostWrite } from './integrity.js';
import type { Ledger } from './ledger.js';
import { outages } from './outages.js';
import type { HabitOutage } from './outages.js';
import { acknowledgedUnwritable, namesAhead, sitesThatAcknowledged } from './timeline.js';
import type { Acknowledging } from './timeline.js';
import { writersAtOnce } from './writability.js';
import type { Overlap } from './writability.js';

export interface LedgerSummary {
  readonly entries: number;
  readonly tornTail: boolean;
  readonly tableRecords: number;
}

/** A ledger that is not the final Primary's: for comparison, no part of the judgement. */
export interface OtherLedger extends LedgerSummary {
  readonly onlyHere: number;
  readonly missingHere: number;
  readonly tableViolations: readonly string[];
}

export interface Findings {
  readonly primary: string;
  readonly outageSeconds: Readonly<Record<string, number>>;
  readonly outages: Readonly<Record<string, HabitOutage>>;
  readonly writesAcknowledged: number;
  readonly writesLost: number;
  readonly lostExamples: readonly LostWrite[];
  readonly duplicates: number;
  readonly duplicateExamples: readonly string[];
  readonly orderViolations: number;
  readonly orderViolationExamples: readonly string[];
  readonly writersAtOnce: number;
  readonly writersOverlaps: readonly Overlap[];
  readonly acknowledgedUnwritable: number;
  readonly acknowledgedUnwritableExamples: readonly string[];
  readonly namesAhead: readonly string[];
  readonly sitesThatAcknowledged: readonly Acknowledging[];
  readonly ledger: LedgerSummary;
  readonly others: Readonly<Record<string, OtherLedger>>;
}

const maxExamples = 10;

function summary({ entries, tornTail, table }: Ledger): LedgerSummary {
  return { entries: entries.length, tornTail, tableRecords: table.length };
}

function compare(primary: Ledger, other: Ledger): OtherLedger {
  const here = new Set(other.entries.map(({ id }) => id));
  const there = new Set(primary.entries.map(({ id }) => id));
  return {
    ...summary(other),
    onlyHere: [...here].filter((id) => !there.has(id)).length,
    missingHere: [...there].filter((id) => !here.has(id)).length,
    tableViolations: tableViolations(other),
  };
}

/**
 * What the evidence says about one ledger.
 * @param addresses address → site, for addresses that never acknowledged anything.
 */
export function find(evidence: Evidence, ledger: Ledger, addresses: ReadonlyMap<string, string>): Findings {
  const { record, writability, ledgers } = evidence;
  const perHabit = outages(record);
  const lost = lostWrites(record.acks, ledger);
  const twice = duplicates(record.acks, ledger);
  const disorder = orderViolations(record.acks, ledger);
  const { most, overlaps } = writersAtOnce(writability);
  const unwritable = acknowledgedUnwritable(record.acks, writability);
  const others = [...ledgers].filter(([site]) => site !== ledger.site);
  return {
    primary: ledger.site,
    outageSeconds: Object.fromEntries([...perHabit].map(([habit, { longest }]) => [habit, longest.seconds])),
    outages: Object.fromEntries(perHabit),
    writesAcknowledged: record.acks.length,
    writesLost: lost.length,
    lostExamples: lost.slice(0, maxExamples),
    duplicates: twice.length,
    duplicateExamples: twice.slice(0, maxExamples),
    orderViolations: disorder.length,
    orderViolationExamples: disorder.slice(0, maxExamples),
    writersAtOnce: most,
    writersOverlaps: overlaps,
    acknowledgedUnwritable: unwritable.length,
    acknowledgedUnwritableExamples: unwritable.slice(0, maxExamples),
    namesAhead: namesAhead(record, writability, addresses),
    sitesThatAcknowledged: sitesThatAcknowledged(record.acks),
    ledger: summary(ledger),
    others: Object.fromEntries(others.map(([site, other]) => [site, compare(ledger, other)])),
  };
}
