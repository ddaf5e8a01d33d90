import type { Status } from './status.js';

/** A run whose workflow was lost knows nothing of its application until it has read the roles. */
export function isUnseen({ outage, writer, source, endedAt }: Pick<Status, 'outage' | 'writer' | 'source' | 'endedAt'>): boolean {
  return outage === null && writer === 'unknown' && source !== null && endedAt === null;
}
