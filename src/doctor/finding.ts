import { ChangeoverError, errorTable } from '../domain/errors.js';

/** `unknown`: it could not be found out, which counts as a no. `not-here`: it can only be found out somewhere else. */
export type Result = 'ok' | 'wrong' | 'unknown' | 'not-here';

/** One thing that was looked at. */
export interface Finding {
  readonly area: 'temporal' | 'workers' | 'sites' | 'keys' | 'names' | 'clocks' | 'record';
  /** What was looked at: a site, a zone, a queue. */
  readonly subject: string;
  readonly result: Result;
  /** One sentence saying what is. */
  readonly says: string;
  /** What to do about it; null where there is nothing to do. */
  readonly advice: string | null;
}

export interface Subject {
  readonly area: Finding['area'];
  readonly subject: string;
}

export function ok(of: Subject, says: string): Finding {
  return { ...of, result: 'ok', says, advice: null };
}

export function wrong(of: Subject, says: string, advice: string): Finding {
  return { ...of, result: 'wrong', says, advice };
}

export function notHere(of: Subject, says: string, advice: string): Finding {
  return { ...of, result: 'not-here', says, advice };
}

/** A look that fails is a finding of its own, with the advice that belongs to its error. */
export async function looked(of: Subject, look: () => Promise<Finding | readonly Finding[]>): Promise<readonly Finding[]> {
  try {
    const found = await look();
    return Array.isArray(found) ? (found as readonly Finding[]) : [found as Finding];
  } catch (error) {
    const known = error instanceof ChangeoverError ? error : null;
    const says = error instanceof Error ? error.message : String(error);
    return [{ ...of, result: known?.code === 'Invalid' ? 'wrong' : 'unknown', says, advice: known === null ? 'Look at the message; nothing else is known.' : errorTable[known.code].advice }];
  }
}

/** Whether anything speaks against going on. */
export function isHealthy(findings: readonly Finding[]): boolean {
  return findings.every(({ result }) => result === 'ok' || result === 'not-here');
}
