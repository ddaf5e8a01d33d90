import { z } from 'zod';
import { limitFaults, type LimitValues } from '../domain/limit-table.js';

/** Limits of one site, by the names of the table (docs/limits.md); every fault is reported. */
export const siteLimits = z
  .record(z.string(), z.unknown())
  .default({})
  .transform((values, context): LimitValues => {
    for (const message of limitFaults(values, 'site')) context.addIssue({ code: 'custom', message });
    return values as LimitValues;
  });
