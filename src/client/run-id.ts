import { randomBytes } from 'node:crypto';

/** A readable, unique id of a run: unit, UTC minute, four random characters. */
export function newRunId(unit: string, at: Date): string {
  const stamp = at.toISOString().replace(/[-:]/g, '').slice(0, 13).replace('T', '-');
  return `${unit}-${stamp}-${randomBytes(2).toString('hex')}`;
}
