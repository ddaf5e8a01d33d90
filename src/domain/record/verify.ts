import { canonical } from '../canonical.js';
import type { ChainedEntry, Hash, Head, Seal } from './chain.js';
import type { Fault, Finding } from './finding.js';
import { verifyChain, type Lines, type VerifiedChain } from './verify-chain.js';

/** The record of one run as it was found. */
export interface RunText extends Lines {
  readonly run: string;
}

/** Everything that is verified together, read at one moment. */
export interface RecordText {
  readonly ledger: Lines;
  readonly runs: readonly RunText[];
}

export interface JudgedRecord {
  readonly findings: readonly Finding[];
  /** Of the ledger: kept outside, it shows later whether record and ledger were cut back together. */
  readonly head: Head;
  readonly runs: readonly VerifiedRun[];
}

export interface VerifiedRun {
  readonly run: string;
  readonly head: Head;
  readonly entries: readonly ChainedEntry[];
}

/**
 * Names what is wrong. `only`: judge this run alone (the ledger is always judged). `anchor`: a head of the ledger or of a run that
 * somebody kept outside; it must be found.
 * Without an anchor one thing cannot be seen: ledger and runs cut back to the same earlier moment, or all of them written anew.
 */
export function judgeRecord(text: RecordText, { hash, only, anchor }: { hash: Hash; only?: string; anchor?: string }): JudgedRecord {
  const ledger = verifyChain<Seal>(text.ledger, { run: null, hash });
  const judged = text.runs.filter(({ run }) => only === undefined || run === only);
  const runs = judged.map((one) => ({ run: one.run, chain: verifyChain<ChainedEntry>(one, { run: one.run, hash }) }));
  const seals = sealsByRun(ledger.entries.map(({ entry }) => entry));
  const missing = [...seals.keys()].filter((run) => (only === undefined || run === only) && !judged.some((one) => one.run === run));
  const findings = [
    ...ledger.findings,
    ...missing.map((run) => finding('missing-run', run, `The record of ${run} is missing: the ledger knows ${seals.get(run)?.at(-1)?.entries ?? 0} entries of it.`)),
    ...runs.flatMap(({ run, chain }) => [...chain.findings, ...againstLedger(run, chain, seals.get(run) ?? []), ...content(run, chain, hash)]),
    ...anchored(anchor, [ledger, ...runs.map(({ chain }) => chain)]),
  ];
  return { findings, head: ledger.head, runs: runs.map(({ run, chain }) => ({ run, head: chain.head, entries: chain.entries.map(({ entry }) => entry) })) };
}

function sealsByRun(seals: readonly Seal[]): ReadonlyMap<string, readonly Seal[]> {
  const byRun = new Map<string, Seal[]>();
  for (const seal of seals) byRun.set(seal.run, [...(byRun.get(seal.run) ?? []), seal]);
  return byRun;
}

function finding(fault: Fault, run: string | null, sentence: string): Finding {
  return { fault, run, line: null, sentence };
}

/** Each seal says how many entries there were and which digest the last of them had. */
function againstLedger(run: string, chain: VerifiedChain<ChainedEntry>, seals: readonly Seal[]): readonly Finding[] {
  const last = seals.at(-1);
  const count = chain.entries.length;
  if (last === undefined) return count === 0 ? [] : [finding('unsealed', run, `The ledger knows nothing of ${run}: its record was added by somebody else, or its writer died before it could seal it.`)];
  const digests = new Map(chain.entries.map(({ digest, entry }) => [entry.sequence, digest]));
  const greatest = Math.max(0, ...digests.keys());
  if (greatest < last.entries) return [finding('truncated', run, `The end of the record of ${run} is missing: it has ${greatest} entries, the ledger knows ${last.entries}.`)];
  const wrong = seals.find((seal) => digests.has(seal.entries) && digests.get(seal.entries) !== seal.head);
  if (wrong !== undefined) return [finding('rewritten', run, `Entry ${wrong.entries} of ${run} is not the one that the ledger sealed at ${wrong.at}: the record was written anew.`)];
  if (greatest > last.entries) return [finding('unsealed', run, `The last ${greatest - last.entries} entries of ${run} are not in the ledger: they were added by somebody else, or their writer died before it could seal them and will when it writes again.`)];
  return [];
}

function content(run: string, { entries }: VerifiedChain<ChainedEntry>, hash: Hash): readonly Finding[] {
  const facts = entries.map(({ entry }) => entry.fact);
  return [
    ...entries.filter(({ entry }) => entry.run !== run).map(({ entry }) => ({ fault: 'foreign', run, line: entry.sequence, sentence: `Entry ${entry.sequence} of ${run} belongs to ${entry.run}.` }) as const),
    ...facts.flatMap((fact) => (fact.kind !== 'plan' || hash(canonical({ ...fact.plan, digest: '' })) === fact.digest ? [] : [finding('plan-changed', run, `The plan in the record of ${run} does not have the digest that was recorded with it.`)])),
    ...(facts.some((fact) => fact.kind === 'outcome') ? [] : [finding('open', run, `${run} has no outcome yet: it is under way, or its end was cut off together with the ledger's.`)]),
  ];
}

function anchored(anchor: string | undefined, chains: readonly VerifiedChain<unknown>[]): readonly Finding[] {
  if (anchor === undefined || chains.some(({ entries }) => entries.some(({ digest }) => digest === anchor))) return [];
  return [finding('head-not-found', null, `The head ${anchor} stands nowhere in the record: what was written up to it is gone or was written anew.`)];
}
