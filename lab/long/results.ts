import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { labHome } from '../paths.js';
import { writeAtomically } from '../process/component.js';

/** What came of one fault when it was played last. */
export interface Result {
  readonly name: string;
  readonly ok: boolean;
  /** How the run closed; `not played` when the lab could not. */
  readonly outcome: string;
  readonly outageSeconds: number | null;
  readonly progressSeconds: number | null;
  /** Events in the run's history; null where nobody counted. */
  readonly events?: number | null;
  /** Of the whole play. */
  readonly seconds: number;
  readonly reasons: readonly string[];
  /** ISO date and commit. */
  readonly at: string;
  readonly commit: string;
}

/** Beside the lab's folder, so that removing a lab forgets no result. */
function file(): string {
  return join(dirname(labHome()), 'changeover-long', 'results.json');
}

export function readResults(): readonly Result[] {
  return existsSync(file()) ? (JSON.parse(readFileSync(file(), 'utf8')) as Result[]) : [];
}

/** Keeps these in the place of what was known of the same faults. */
export function keepResults(fresh: readonly Result[]): readonly Result[] {
  const all = [...readResults().filter(({ name }) => !fresh.some((one) => one.name === name)), ...fresh];
  mkdirSync(dirname(file()), { recursive: true });
  writeAtomically(file(), JSON.stringify(all, null, 1));
  return all;
}

/** Those that never passed first, then those whose last play is longest ago: a short slice brings what is known least. */
export function longestAgo<T extends { readonly name: string }>(chosen: readonly T[], results: readonly Result[]): readonly T[] {
  const passedAt = ({ name }: T): string => results.find((result) => result.name === name && result.ok)?.at ?? '';
  return chosen.toSorted((a, b) => passedAt(a).localeCompare(passedAt(b)));
}
