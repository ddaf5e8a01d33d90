import { createHash } from 'node:crypto';
import { canonical } from '../domain/canonical.js';
import type { Plan } from '../domain/plan.js';

/** The plan with its digest: SHA-256 of its canonical JSON, in hexadecimal. */
export function sealed(plan: Plan): Plan {
  return { ...plan, digest: createHash('sha256').update(canonical({ ...plan, digest: '' })).digest('hex') };
}
